"""The one Cloudflare provider of a stack."""

from components.cloudflare.sdk import cloudflare


def cloudflare_provider() -> cloudflare.Provider:
    """The one provider. Its token is read from the environment (CLOUDFLARE_API_TOKEN), never from a file."""
    return cloudflare.Provider("cloudflare")
