"""Plans for the rules about single servers."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from plan.model import Secret, Unknown
from policies.aws.types import INSTANCE
from policies.server.firewalls import DROPLET, HETZNER, LINODE
from tests.policies.cases.building import Cases, a
from tests.policies.plans import whole

WALL, HETZNER_WALL, LINODE_WALL = (
    "digitalocean:index/firewall:Firewall",
    "hcloud:index/firewall:Firewall",
    "linode:index/firewall:Firewall",
)
ATTACHMENT, DEVICE = "hcloud:index/firewallAttachment:FirewallAttachment", "linode:index/firewallDevice:FirewallDevice"
WORLD = ["0.0.0.0/0", "::/0"]
GOOD = (
    "#cloud-config\nssh_pwauth: false\npackages:\n  - nginx\n  - unattended-upgrades\n"
    "write_files:\n- content: |\n    bind 127.0.0.1 ::1\n    listen_addresses = 'localhost'\n"
)


def droplet(user_data: Any = GOOD, **more: Any) -> Any:
    return a(DROPLET, "web", userData=user_data, **more)


WEB = droplet()
SERVER = a(HETZNER, "web", userData=GOOD)
MACHINE = a(LINODE, "web", metadatas=[{"userData": b64encode(GOOD.encode()).decode()}])


def wall(ports: Any, sources: Any = WORLD, protocol: str = "tcp", **more: Any) -> Any:
    rule = {"protocol": protocol, "portRange": ports, "sourceAddresses": sources, **more}
    return a(WALL, "wall", dropletIds=[whole(WEB)], inboundRules=[rule])


def hetzner(port: Any, sources: Any = WORLD, protocol: str = "tcp") -> Any:
    return a(
        HETZNER_WALL,
        "wall",
        rules=[{"direction": "in", "protocol": protocol, "port": port, "sourceIps": sources}],
    )


def linode(ports: Any, policy: Any = "DROP", **more: Any) -> Any:
    rule = {"label": "x", "action": "ACCEPT", "protocol": "TCP", "ports": ports, "ipv4s": ["0.0.0.0/0"], **more}
    return a(LINODE_WALL, "wall", inbounds=[rule], inboundPolicy=policy, linodes=[whole(MACHINE)])


def opened(line: str) -> list[Any]:
    return [droplet(f"{GOOD}runcmd:\n- |\n  {line}\n")]


def lone(user_data: Any, **more: Any) -> list[Any]:
    return [a(INSTANCE, "web", associatePublicIpAddress=True, userData=user_data, **more)]


CASES = {
    "server-behind-firewall": Cases(
        good={
            "a droplet": [WEB, wall("443")],
            "a droplet by tag": [droplet(tags=["web"]), a(WALL, "wall", tags=["web"])],
            "Hetzner": [one := hetzner("443"), a(HETZNER, "web", firewallIds=[whole(one)])],
            "Hetzner, attached": [SERVER, a(ATTACHMENT, "at", firewallId="1", serverIds=[whole(SERVER)])],
            "Linode": [MACHINE, linode("443")],
            "Linode, by device": [MACHINE, a(DEVICE, "d", firewallId=1, entityId=whole(MACHINE))],
        },
        bad={
            "a droplet": [WEB],
            "Hetzner": [SERVER],
            "Linode": [MACHINE],
            "another's": [WEB, one := a(DROPLET, "other"), a(WALL, "wall", dropletIds=[whole(one)])],
            "another tag": [droplet(tags=["db"]), a(WALL, "wall", tags=["web"])],
        },
        unproven={"of which is unknown": [WEB, a(WALL, "wall", dropletIds=Unknown())]},
    ),
    "server-ssh-limited": Cases(
        good={
            "closed": [WEB, wall("443")],
            "an office": [WEB, wall("22", ["203.0.113.0/24"])],
            "a private network": [WEB, wall("22", ["10.0.0.0/8"])],
            "Hetzner": [hetzner("22", ["198.51.100.7/32"])],
            "Linode": [MACHINE, linode("22", ipv4s=["203.0.113.0/24"])],
            "ping": [WEB, wall(None, protocol="icmp")],
            "from a balancer": [WEB, wall("22", None, sourceLoadBalancerUids=["lb"])],
        },
        bad={
            "everybody": [WEB, wall("22")],
            "everybody of the sixth version": [WEB, wall("22", ["::/0"])],
            "in two halves": [WEB, wall("22", ["0.0.0.0/1", "128.0.0.0/1"])],
            "in a range": [WEB, wall("20-30")],
            "all ports": [WEB, wall("all")],
            "Hetzner": [hetzner("22")],
            "Hetzner, any port": [hetzner("any")],
            "Linode": [MACHINE, linode("443, 22")],
            "Linode lets in": [MACHINE, linode("443", "ACCEPT")],
        },
        unproven={
            "unknown ports": [WEB, wall(Unknown())],
            "unknown sources": [WEB, wall("22", Unknown())],
            "an unknown source": [WEB, wall("22", [Unknown()])],
        },
    ),
    "server-only-web-open": Cases(
        good={
            "the web": [WEB, wall("80"), wall("443")],
            "Linode": [MACHINE, linode("80, 443")],
            "SSH, which has its own rule": [WEB, wall("22")],
            "inside": [WEB, wall("5432", ["10.0.0.0/16"])],
            "HTTP/3": [WEB, wall("443", protocol="udp")],
            "ping": [WEB, wall(None, protocol="icmp")],
        },
        bad={
            "a database": [WEB, wall("5432")],
            "the application": [WEB, wall("3000")],
            "a range around": [WEB, wall("80-443")],
            "all": [WEB, wall("1-65535")],
            "Hetzner": [hetzner("6379")],
            "UDP": [hetzner("any", protocol="udp")],
            "Linode": [MACHINE, linode("80,443,3000-3010")],
            "Linode lets in": [MACHINE, linode("443", "ACCEPT")],
        },
        unproven={"unknown": [WEB, wall(Unknown())], "no number": [WEB, wall("http")]},
    ),
    "server-no-password-login": Cases(
        good={
            "off": [WEB],
            "off by sshd": [droplet("#!/bin/sh\necho 'PasswordAuthentication no' > /etc/ssh/sshd_config.d/x.conf\n")],
            "a lone instance of AWS": lone("#!/bin/sh\nls\n"),
        },
        bad={
            "nothing said": [droplet("#!/bin/sh\nls\n")],
            "no user data": [a(DROPLET)],
            "on": [droplet("#cloud-config\nssh_pwauth: true\n")],
            "on by sshd": [SERVER, a(HETZNER, "b", userData="#!/bin/sh\necho 'PasswordAuthentication yes' > x\n")],
            "for root": [droplet(f"{GOOD}- PermitRootLogin yes\n")],
            "a lone instance of AWS": lone("#cloud-config\nssh_pwauth: true\n"),
        },
        unproven={"unknown": [droplet(Unknown())], "secret": [droplet(Secret())]},
    ),
    "server-stores-not-public": Cases(
        good={
            "loopback": [WEB],
            "a web server": opened("listen 0.0.0.0:443;"),
            "a published port of the loopback": opened("docker run -p 127.0.0.1:6379:6379 redis"),
            "a comment": opened("# bind 0.0.0.0"),
            "a private address": opened("bind 10.0.0.5"),
        },
        bad={
            "Redis": opened("bind 0.0.0.0"),
            "Redis on both": opened("bind 127.0.0.1 0.0.0.0"),
            "Redis without protection": opened("protected-mode no"),
            "Redis by flag": opened("redis-server --bind 0.0.0.0"),
            "PostgreSQL": opened("listen_addresses = '*'"),
            "MySQL": opened("bind-address = 0.0.0.0"),
            "MongoDB": opened("bindIp: 0.0.0.0"),
            "MongoDB by flag": opened("mongod --bind_ip_all"),
            "Elasticsearch": opened("network.host: 0.0.0.0"),
            "a published port": opened("docker run -p 5432:5432 postgres"),
            "a published port of all": opened("docker run -p 0.0.0.0:6379:6379 redis"),
            "a compose file": opened('- "6379:6379"'),
            "a lone instance of AWS": lone("#!/bin/sh\necho bind 0.0.0.0 > /etc/redis.conf\n"),
        },
        unproven={"unknown": [droplet(Unknown())]},
    ),
    "server-repairs-itself": Cases(
        good={"set up": [WEB], "another system": [droplet("#!/bin/sh\ndnf install -y dnf-automatic\n")]},
        bad={
            "nothing said": [droplet("#!/bin/sh\nls\n")],
            "no user data": [a(HETZNER)],
            "taken away": [droplet("#!/bin/sh\napt-get remove -y unattended-upgrades\n")],
            "switched off": [droplet(f'{GOOD}- content: |\n    APT::Periodic::Unattended-Upgrade "0";\n')],
            "a lone instance of AWS": lone("#!/bin/sh\nls\n"),
        },
        unproven={"unknown": [droplet(Unknown())]},
    ),
}
