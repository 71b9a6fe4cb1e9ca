"""How the Docker engine of a server is asked by the program `ssh` of the machine that deploys, as text."""

import shlex
from collections.abc import Sequence

_TRIES = 60  # a new server takes minutes until it answers
_PAUSE = 10  # seconds between two
_PATIENCE = 15  # seconds for one
# Whoever answers at first is believed from then on: a host whose key is another one is not spoken with.
_FIRST_BELIEVED = ("-o", "StrictHostKeyChecking=accept-new")
_ASKED = "cloud-init status --wait >/dev/null && docker version --format '{{.Server.Version}}'"
# 255 is the program ssh's own: nobody answers yet, or it must not speak with who does.
_WAIT = f"""\
for _ in $(seq {_TRIES}); do
  said=$(%s "$ENGINE" %s 2>&1) && echo "$said" && exit
  [ $? = 255 ] || break
  case $said in *"Host key verification failed"*) break ;; esac
  sleep {_PAUSE}
done
echo "$said" >&2
exit 1
"""


def waiting(host_key: str | None) -> str:
    """The command that ends well when the engine of `$ENGINE` answers, and says why where it does not.

    It asks for ten minutes while nobody answers, and once where somebody does: what is wrong then stays wrong.
    """
    told = ["ssh", *ssh_options(host_key), "-o", f"ConnectTimeout={_PATIENCE}", "--"]
    return _WAIT % (shlex.join(told), shlex.quote(_ASKED))


def ssh_options(host_key: str | None) -> Sequence[str]:
    """What `ssh` is told of the server's own key, for OpenSSH 8.5 and later: nobody but it, or whoever came first."""
    if host_key is None:
        return ("-o", "BatchMode=yes", *_FIRST_BELIEVED)
    kind, content = host_key.split()[:2]
    return (
        *("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"),
        *("-o", f"KnownHostsCommand=/bin/echo %H {kind} {content}"),
        *("-o", "UserKnownHostsFile=/dev/null", "-o", "GlobalKnownHostsFile=/dev/null"),
        *("-o", f"HostKeyAlgorithms={_algorithms(kind)}"),
    )


def _algorithms(kind: str) -> str:
    """How a key of a kind signs: keys of RSA do so in newer ways than the one that is called like them."""
    return "rsa-sha2-512,rsa-sha2-256" if kind == "ssh-rsa" else kind
