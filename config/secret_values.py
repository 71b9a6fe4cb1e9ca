"""Whether the value of a secret can be meant seriously. No message ever repeats it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.variables import Secret

# What people and documents write where a value is still to come. Machines look again with the same words before a
# service starts.
PLACEHOLDER = re.compile(
    r"(?i)change[-_ ]?me|place[-_ ]?holder|to[-_ ]?do|your[-_ ].*|<.*>|\[.*\]|\{.*\}|x{3,}|\.{3,}|.*\.{3}"
    r"|example|secret|password|passw0rd|test|dummy|none|null|undefined"
    r"|.*(?:change[-_ ]?me|place[-_ ]?holder|your[-_]super[-_]secret).*"
)


def problem(name: str, value: str, secret: Secret) -> str | None:
    """What is wrong with the value of a secret, as one message that does not show it, or None."""
    remedy = f"run: pulumi config set --secret secrets:{name}"
    if PLACEHOLDER.fullmatch(value.strip()):
        return f"secrets:{name}: given a placeholder; the real value is wanted; {remedy}"
    if len(value) < secret.min_length:
        rule = f"at least {secret.min_length} characters are wanted, by secrets.{name}.min_length of the application"
        return f"secrets:{name}: given {len(value)} characters; {rule}; {remedy}"
    if any(ord(sign) < ord(" ") for sign in value):
        return f"secrets:{name}: given several lines or signs that do not print; one line is wanted; {remedy}"
    return None
