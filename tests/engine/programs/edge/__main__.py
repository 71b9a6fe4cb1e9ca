"""A site at Cloudflare, without the SDK, which takes seconds to import."""

import pulumi

ACCOUNT = "0123456789abcdef0123456789abcdef"


class Thing(pulumi.CustomResource):
    """Any resource of Cloudflare's, with what it computes."""

    nameServers: pulumi.Output[list[str]]
    subdomain: pulumi.Output[str]

    def __init__(self, kind: str, name: str, computed: tuple[str, ...] = (), /, **inputs: object) -> None:
        token = f"cloudflare:index/{kind[0].lower()}{kind[1:]}:{kind}"
        super().__init__(token, name, {**inputs, **dict.fromkeys(computed)})


settings = pulumi.Config()
zone = Thing("Zone", "zone", ("nameServers",), account={"id": ACCOUNT}, name="shop.example")
for setting, value in (("ssl", "strict"), ("min_tls_version", "1.2"), ("always_use_https", "on")):
    Thing("ZoneSetting", setting, zoneId=zone.id, settingId=setting, value=value)
space = Thing("WorkersKvNamespace", "sessions", accountId=ACCOUNT, title="sessions")
script = Thing(
    "WorkersScript", "api", ("etag",),
    accountId=ACCOUNT, scriptName="api", mainModule="index.js", content="export default {}",
    bindings=[
        {"name": "SESSIONS", "type": "kv_namespace", "namespaceId": space.id},
        {"name": "ROOM", "type": "durable_object_namespace", "className": "Room"},
    ],
    migrations={"newTag": "v1", "newSqliteClasses": ["Room"]},
)
Thing("WorkersCustomDomain", "domain", accountId=ACCOUNT, zoneId=zone.id, hostname="api.shop.example", service=script.id)
project = Thing("PagesProject", "site", ("subdomain",), accountId=ACCOUNT, name="shop", productionBranch="main")
Thing("PagesDomain", "www-domain", accountId=ACCOUNT, projectName=project.id, name="www.shop.example")
Thing(
    "DnsRecord", "www", zoneId=zone.id, name="www", type="CNAME", content=project.subdomain, proxied=True, ttl=1,
)
Thing(
    "Ruleset", "limits", zoneId=zone.id, name="limits", kind="zone", phase="http_ratelimit",
    rules=[
        {
            "action": "block",
            "expression": '(starts_with(http.request.uri.path, "/login"))',
            "ratelimit": {
                "characteristics": ["cf.colo.id", "ip.src"], "period": int(settings.get("period") or 10),
                "requestsPerPeriod": 20, "mitigationTimeout": 10,
            },
        }
    ],
)
pulumi.export("nameServers", zone.nameServers)
pulumi.export("subdomain", project.subdomain)
