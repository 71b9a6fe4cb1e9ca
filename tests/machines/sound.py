"""What is true of every server that cloud-init has set up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.machines.whole import BOOT

if TYPE_CHECKING:
    from tests.machines.root import Computer

SETUP = "bash /usr/local/lib/slipway/setup.sh"
# What a second run must leave as it is: every file that is no log, journal or state of a running program.
STATE = (
    "find / -xdev \\( -path /proc -o -path /run -o -path /tmp -o -path /var/log -o -path /dev -o -path /var/lib/apt"
    " -o -path /var/cache -o -path /var/lib/cloud -o -path /var/lib/postgresql -o -path /var/lib/redis"
    " -o -path /mnt/data \\) -prune -o -type f -exec stat -c '%n %U:%G %a' {} + -exec sha256sum {} + | sort;"
    " cat /etc/passwd /etc/group; dpkg-query --show"
)


def started(computer: Computer) -> None:
    """Let cloud-init do all that it does at the first start."""
    code, said = computer.run(BOOT, seconds=540)
    log = computer.run("tail -n 60 /var/log/slipway/setup.log; grep -E 'WARN|ERROR' /var/log/cloud-init.log")[1]
    assert code == 0, f"{said[-3000:]}\n{log}"
    assert "slipway: " in log, f"{said[-3000:]}\n{log}"
    assert computer.run("test -e /var/lib/slipway/ready")[0] == 0, f"{said[-3000:]}\n{log}"


def changed(before: str, after: str) -> list[str]:
    """The lines that are not in both."""
    return sorted(set(before.splitlines()) ^ set(after.splitlines()))


def programs_take_their_files(computer: Computer, units: str) -> None:
    """The programs that read the files take them, and who logs in may do what they should."""
    for check in ("sshd -t", "visudo -c", "nginx -t", "nft --check --file /etc/nftables.conf"):
        code, said = computer.run(check)
        assert code == 0, f"{check}: {said}"
    said = computer.output(f"cd /etc/systemd/system; systemd-analyze verify --man=no {units} 2>&1 || true")
    said = re.sub(
        r"(?m)^.*: Command /opt/slipway-litestream/.* is not executable: .*$", "", said
    )  # a release brings it
    assert not re.search("/etc/systemd/system|slipway|orders", said), said
    told = computer.output("sshd -T -C user=deploy,host=a,addr=203.0.113.7")
    for line in (
        "permitrootlogin no",
        "passwordauthentication no",
        "kbdinteractiveauthentication no",
        "allowusers deploy",
        "allowusers operator",
        "allowtcpforwarding no",
    ):
        assert line in told
    assert computer.output("stat -c '%U %a' /home/deploy/.ssh/authorized_keys") == "deploy 600"
    assert computer.output("cat /home/deploy/.ssh/authorized_keys").endswith("deploy@orders")
    assert computer.output("getent shadow deploy").split(":")[1].startswith("!")
    assert computer.output("cat /home/operator/.ssh/authorized_keys").endswith("ada@orders")
    assert computer.output("getent shadow operator").split(":")[1].startswith("!")
    # Without a resolver here sudo says a line before.
    assert computer.output("runuser -u operator -- sudo -n id -un").endswith("root")


def ports(computer: Computer) -> tuple[set[int], set[int]]:
    """The ports of TCP that can be reached from outside, and all that something listens on."""
    computer.output("systemctl start ssh || true")
    found: dict[int, set[str]] = {}
    for line in computer.output("ss -Hltn").splitlines():
        address, _, port = line.split()[3].rpartition(":")
        found.setdefault(int(port), set()).add(address)
    return {port for port, addresses in found.items() if not addresses <= {"127.0.0.1", "[::1]"}}, set(found)
