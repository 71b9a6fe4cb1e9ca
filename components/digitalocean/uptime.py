"""A check from outside, made by DigitalOcean: of any address, whoever hosts what answers there."""

from urllib.parse import urlsplit

import pulumi
import pulumi_digitalocean as digitalocean

from components.server.uptime import UptimeArgs, heard

_REGIONS = ["us_east", "us_west", "eu_west", "se_asia"]
_DAYS_LEFT = 14  # certbot renews with 30 days left: by now it has failed for two weeks


class DigitalOceanUptime(pulumi.ComponentResource):
    """Guarantees that an address is asked every minute from four continents, and a mail when none of them is answered.

    For https there is another one when the certificate ends in less than 14 days. DigitalOcean has no tags for checks.
    """

    check_id: pulumi.Output[str]
    """The check's id."""

    def __init__(self, name: str, args: UptimeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:digitalocean:DigitalOceanUptime", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        scheme = urlsplit(args["url"]).scheme
        told = [digitalocean.UptimeAlertNotificationArgs(emails=heard(args))]
        check = digitalocean.UptimeCheck(
            f"{name}-check", target=args["url"], type=scheme, regions=_REGIONS, enabled=True, opts=child
        )
        digitalocean.UptimeAlert(
            f"{name}-down", check_id=check.id, type="down_global", period="2m", notifications=told, opts=child
        )
        if scheme == "https":
            digitalocean.UptimeAlert(
                f"{name}-certificate",
                check_id=check.id,
                type="ssl_expiry",
                comparison="less_than",
                threshold=_DAYS_LEFT,
                period="2m",
                notifications=told,
                opts=child,
            )
        self.check_id = check.id
        self.register_outputs({"checkId": self.check_id})
