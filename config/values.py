"""Named types for single values: a name, a port, a block of addresses. Each says its rule and its remedy itself."""

import ipaddress
import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StrictBool,
    StrictFloat,
    StrictInt,
)
from pydantic_core import CoreSchema, core_schema

from config.settings import refusal

# JSON as `yaml` and `json` give it.
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MIN_VPC_PREFIX = 16  # AWS takes no larger block
MAX_VPC_PREFIX = 22  # 32 blocks of /27 each: the least that a load balancer's subnet may have
RESERVED_NAMES = frozenset({"slipway", "aws", "pulumi", "default", "stack", "none"})
_LOOKS_SECRET = re.compile(
    r"SECRET|PASSW(OR)?D|PASSPHRASE|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL|(^|_)(DSN|PWD|SALT)(_|$)",
    re.IGNORECASE,
)
_PLAINLY_NOT = re.compile(r"true|false|yes|no|on|off|\d{1,6}", re.IGNORECASE)  # a switch or a number of seconds
# A password in an address, or what stands for one in an address of the web: https://TOKEN@host.
_URL_WITH_PASSWORD = re.compile(r"\b[a-z][a-z0-9+.-]*://[^/@\s]*:[^/@\s]+@|\bhttps?://[^/@\s]+@", re.IGNORECASE)

# What services begin their credentials with: Stripe, Amazon, GitHub, Slack, Google, and keys in PEM.
_CREDENTIAL = re.compile(
    r"(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)_|whsec_|AKIA[0-9A-Z]{16}|ghp_|github_pat_|xox[bap]-|AIza[\w-]{20})"
    r"|-----BEGIN"
)


class Environment(StrEnum):
    """What a stack is for. It decides defaults and which shortcuts are refused."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


class Deletion(StrEnum):
    """What becomes of data when its resource leaves the program."""

    PROTECT = "protect"
    """Deletion is refused until this setting is changed."""
    RETAIN = "retain"
    """The resource is forgotten and goes on living in the account."""
    DESTROY = "destroy"
    """The data is gone."""


@dataclass(frozen=True, slots=True)
class Matches:
    """A text that matches `pattern` as a whole, checked with a rule and a remedy in words."""

    pattern: str
    rule: str
    remedy: str
    hide: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:  # Any: pydantic's hook
        """The check, after the type's own."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:  # Any: JSON schema
        """The pattern, for editors."""
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}

    def _check(self, given: str) -> str:
        if re.fullmatch(self.pattern, given, re.ASCII) is None:
            raise refusal(self.rule, self.remedy, hide=self.hide)
        return given


def looks_secret(name: str, value: str) -> bool:
    """Whether a value under this name is probably secret.

    The name's words say it, or the value's form does: a URL that holds a password, a credential of a known service.
    """
    named = _LOOKS_SECRET.search(name) and not _PLAINLY_NOT.fullmatch(value)
    return bool(named or _URL_WITH_PASSWORD.search(value) or _CREDENTIAL.search(value))


def within(host: str, zone: str) -> bool:
    """Whether a host name lies in a zone: it is the zone's own, or below it."""
    return host == zone or host.endswith(f".{zone}")


def _number(given: Any) -> Any:  # Any: not yet validated
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise refusal("a number is wanted", "write it without quotes, as in 0.5")
    return given


def _not_reserved(given: str) -> str:
    if given in RESERVED_NAMES:
        raise refusal(f"{', '.join(sorted(RESERVED_NAMES))} are reserved", "take another name")
    return given


def _network(given: str) -> str:
    try:
        network = ipaddress.IPv4Network(given)
    except ValueError as error:
        raise refusal(
            f"an IPv4 block such as 10.20.0.0/16 is wanted ({error})", "write its first address and its length"
        ) from None
    return str(network)


def _vpc(given: str) -> str:
    network = ipaddress.IPv4Network(given)
    if not network.is_private:
        raise refusal("a private block is wanted (10/8, 172.16/12, 192.168/16)", "take a private block")
    if not MIN_VPC_PREFIX <= network.prefixlen <= MAX_VPC_PREFIX:
        raise refusal(
            f"/{MIN_VPC_PREFIX} to /{MAX_VPC_PREFIX} are allowed: AWS takes no larger block, and in a smaller one a"
            " load balancer's subnet has less than its /27",
            f"write {network.network_address}/{MIN_VPC_PREFIX}",
        )
    return given


ApplicationName = Annotated[
    str,
    Matches(
        # AWS refuses load balancers whose name begins with internal- and security groups with sg-.
        r"(?!internal-|sg-)[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,14}",
        "2 to 15 small letters, digits and single hyphens are allowed, a letter first, internal- and sg- not",
        "shorten or respell the name",
    ),
    AfterValidator(_not_reserved),
]
ServiceName = Annotated[
    str,
    Matches(
        r"[a-z](?:[a-z0-9]|-(?=[a-z0-9])){1,11}",
        "2 to 12 small letters, digits and single hyphens are allowed, a letter first",
        "shorten or respell the name",
    ),
    AfterValidator(_not_reserved),
]
VariableName = Annotated[
    str,
    Matches(r"[A-Z][A-Z0-9_]{0,63}", "capital letters, digits and _ are allowed, a letter first", "respell the name"),
]
VariableValue = Annotated[
    str,
    Matches(
        r"[^\x00-\x1f\x7f\x85\u2028\u2029]{0,1024}",
        "one line of at most 1,024 characters is wanted",
        "shorten it",
        hide=True,
    ),
]
SecretName = Annotated[
    str,
    Matches(
        r"[A-Z][A-Z0-9_]{0,63}",
        "the NAME of a secret is wanted (capital letters, digits, _), never its value",
        "write a name such as DATABASE_PASSWORD and set its value with: pulumi config set --secret secrets:NAME",
        hide=True,
    ),
]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
Whole = StrictInt
Number = Annotated[StrictInt | StrictFloat, BeforeValidator(_number)]
Flag = StrictBool
Hostname = Annotated[
    str,
    Matches(
        r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}",
        "a full host name in small letters is wanted, without scheme, port or path",
        "write it as in api.example.com",
    ),
]
UrlPath = Annotated[
    str,
    Matches(
        r"/[A-Za-z0-9._~!$&'()+,;=:@%/-]*",
        "a path is wanted that begins with / and has no host, query or fragment",
        "write it as in /health",
    ),
]
PathPattern = Annotated[
    str,
    Matches(
        r"/[A-Za-z0-9_.$/~\"'@:+&*?-]{0,127}",
        "a path pattern is wanted that begins with /; * stands for any characters and ? for one",
        "write it as in /api/*",
    ),
]
Cidr = Annotated[str, AfterValidator(_network)]
VpcCidr = Annotated[Cidr, AfterValidator(_vpc)]
FolderName = Annotated[
    str,
    Matches(
        r"\.|(?!/)(?!.*\.\.)[A-Za-z0-9._/-]*[A-Za-z0-9_-]",
        "a folder inside the repository is wanted, without .. and without a leading or closing /",
        "write it as in packages/backend, or . for the whole",
    ),
]
ServerFile = Annotated[
    str,
    Matches(
        r"/(?!.*\.\.)(?!.*//)[A-Za-z0-9._/-]*[A-Za-z0-9_-]",
        "a path on a server is wanted that begins with /, without ..",
        "write it as in /var/lib/app/data.db",
    ),
]
Origin = Annotated[
    str,
    Matches(
        r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}|http://localhost:\d{2,5}",
        "an origin is wanted: https:// and a host name, without port, path or *",
        "write it as in https://www.example.com, or http://localhost:5173 to develop against",
    ),
]
EmailAddress = Annotated[
    str,
    Matches(
        r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}",
        "an e-mail address is wanted",
        "write it as in team@example.com",
    ),
]
Command = Annotated[
    str,
    Matches(
        r"[A-Za-z0-9][A-Za-z0-9 ._:/=@+-]{0,199}",
        "one command without quotes, variables and other signs of a shell is wanted",
        "write it as in npm run migrate, and put the rest into a script of package.json",
    ),
]
Sha256 = Annotated[
    str, Matches(r"[0-9a-f]{64}", "a SHA-256 sum is wanted: 64 small hexadecimal digits", "run: sha256sum FILE")
]
UrnTail = Annotated[
    str,
    Matches(
        r"[a-z0-9-]+:[A-Za-z0-9/]+:[A-Za-z0-9]+::[A-Za-z0-9_.-]+",
        "the end of a URN is wanted: type and name, as `slipway plan --json` prints it",
        "write it as in aws:ec2/vpc:Vpc::orders-network-vpc",
    ),
]
