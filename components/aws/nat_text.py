"""What a NAT instance does when it first starts: set itself up to forward, now and on every later start. Pure text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def forwarding_rules(own: str, clients: Iterable[str]) -> str:
    """The packet filter of the machine, for nft. `own` is the network's block, `clients` those it forwards for.

    A security group cannot tell what goes through the machine from what goes to it: so this does. Nothing new comes in
    to the machine itself, and nothing but TCP goes through: from the clients, and out of the network. So nobody gets
    by it to where his own security group does not let him, or to the metadata of the machine.
    """
    blocks = ", ".join(clients)
    return f"""\
flush ruleset

table ip nat_instance {{
  chain to_the_machine {{
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    udp sport 67 udp dport 68 accept comment "the lease of its own address"
  }}
  chain through_the_machine {{
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ip saddr {{ {blocks} }} ip daddr != {{ {own}, 169.254.0.0/16 }} meta l4proto tcp accept
  }}
  chain from_its_address {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {{ {blocks} }} masquerade
  }}
}}

table ip6 nat_instance {{
  chain to_the_machine {{
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
  }}
  chain through_the_machine {{
    type filter hook forward priority filter; policy drop;
  }}
}}
"""


def nat_user_data(own: str, clients: Iterable[str]) -> str:
    """The whole script. It holds no secret, and it may run again on the same machine."""
    return f"""\
#!/bin/bash
set -euo pipefail
# Ubuntu's server images have nft. A smaller one gets it as soon as the machine has its public address.
until command -v nft; do
  {{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes nftables; }} || sleep 10
done
echo 'net.ipv4.ip_forward = 1' > /etc/sysctl.d/90-nat-instance.conf
cat > /etc/nftables.conf <<'END_OF_RULES'
{forwarding_rules(own, clients)}END_OF_RULES
# systemd applies both files on every later start: the rules before the machine is on the network.
systemctl enable nftables
systemctl restart nftables
sysctl --load /etc/sysctl.d/90-nat-instance.conf
"""
