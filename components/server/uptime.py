"""What a check from outside asks, whoever makes it."""

from typing import TypedDict


class UptimeArgs(TypedDict):
    """What a check from outside is made from. It need not be made by who hosts the server: two hosts have none."""

    url: str
    """The address that has to answer, such as https://shop.example.com/health. https, or http in development."""
    emails: list[str]
    """Who is told when it does not answer, and when it does again. DigitalOcean writes only to addresses that the team
    has confirmed."""
    tags: dict[str, str]
    """Tags for everything that can have them."""


def heard(args: UptimeArgs) -> list[str]:
    """Who is told, each once. Raises `ValueError` where nobody is: such a check would find out for nobody."""
    if not args["emails"]:
        raise ValueError("emails is empty: nobody would hear of what the check finds; name somebody, or make no check")
    return list(dict.fromkeys(args["emails"]))
