"""The environment variables of an engine that can reach no real account."""

from __future__ import annotations

import os
import site
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# What may hold, or lead to, access to something real. Dropped by beginning, or by a word in the name.
_BEGINNINGS = (
    *("AWS_", "AMAZON_", "ARM_", "AZURE_", "CLOUDFLARE_", "CF_", "CLOUDSDK_", "DIGITALOCEAN_", "DOCKER_", "FLY_"),
    *("GCLOUD_", "GCP_", "GITHUB_", "GITLAB_", "GOOGLE_", "HCLOUD_", "KUBE", "LINODE_", "NETLIFY_", "PULUMI_"),
    *("RAILWAY_", "RENDER_", "SSH_", "VAULT_", "VERCEL_", "VULTR_"),
)
_WORDS = ("ACCESS_KEY", "API_KEY", "APIKEY", "CREDENTIAL", "PASSPHRASE", "PASSWORD", "PROXY", "SECRET", "TOKEN")


def offline_environment(home: Path, extra: dict[str, str]) -> dict[str, str]:
    """Our own environment without credentials, with `home` for everything that reads the home folder.

    Cloud SDKs in a user's program find neither variables nor files of an account: `~` is `home`, and the machine's
    own credentials (instance metadata) are off. Proxies go too: gRPC would send loopback through them.
    """
    kept = {name: value for name, value in os.environ.items() if not _reaches_out(name)}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "PYTHONUSERBASE": site.getuserbase(),  # packages that were installed for the user only stay where they are
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        **extra,
    }


def _reaches_out(name: str) -> bool:
    upper = name.upper()
    # Without bytecode the SDKs take several times longer to import.
    return upper == "PYTHONDONTWRITEBYTECODE" or upper.startswith(_BEGINNINGS) or any(word in upper for word in _WORDS)
