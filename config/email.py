"""The e-mail that an application sends, and the DNS records without which it lands in spam."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from config.settings import Settings
from config.values import EmailAddress, Hostname, Matches


class MailPolicy(StrEnum):
    """What other servers shall do with mail that pretends to be ours (DMARC, RFC 7489)."""

    NONE = "none"
    """Deliver it, and only report."""
    QUARANTINE = "quarantine"
    """Put it into spam."""
    REJECT = "reject"
    """Refuse it."""


@dataclass(frozen=True, slots=True)
class MailRecord:
    """One DNS record that mail needs."""

    type: Literal["TXT", "MX"]
    name: str
    """The full name."""
    content: str
    priority: int | None = None
    """Of an MX record: lower is tried first."""


class ResendEmail(Settings):
    """E-mail through Resend."""

    kind: Literal["resend"]
    """Always `resend`."""
    domain: Hostname
    """The domain that mail comes from."""
    region: Literal["us-east-1", "eu-west-1", "sa-east-1", "ap-northeast-1"] = "us-east-1"
    """The region that Resend sends from, chosen when the domain was added there."""
    dkim: (
        Annotated[
            str, Matches(r"p=[A-Za-z0-9+/=]{40,500}", "the public key that Resend shows is wanted", "copy it: p=…")
        ]
        | None
    ) = None
    """The public DKIM key that Resend shows for the domain; without it, no record of it is made."""
    policy: MailPolicy = MailPolicy.NONE
    """What other servers shall do with forged mail."""
    report_to: EmailAddress | None = None
    """Where reports about forged mail go."""

    def records(self) -> dict[str, MailRecord]:
        """The records by role, as Resend's domain page asks for them."""
        report = f" rua=mailto:{self.report_to};" if self.report_to else ""
        sender = f"send.{self.domain}"
        signed = {"dkim": MailRecord("TXT", f"resend._domainkey.{self.domain}", self.dkim)} if self.dkim else {}
        return {
            "spf": MailRecord("TXT", sender, "v=spf1 include:amazonses.com ~all"),
            "bounces": MailRecord("MX", sender, f"feedback-smtp.{self.region}.amazonses.com", 10),
            **signed,
            "dmarc": MailRecord("TXT", f"_dmarc.{self.domain}", f"v=DMARC1; p={self.policy.value};{report}"),
        }


class NoEmail(Settings):
    """The application sends no e-mail."""

    kind: Literal["none"]
    """Always `none`."""


Email = Annotated[ResendEmail | NoEmail, Field(discriminator="kind")]
