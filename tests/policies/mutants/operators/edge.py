"""Mutations of Cloudflare, and of servers of other hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plan.model import Unknown
from tests.policies.mutants.changes import at, dropped, edited, having, hidden, put, removed, retold, stating
from tests.policies.mutants.mutation import Operator
from tests.policies.mutants.operators.places import INSTANCE

if TYPE_CHECKING:
    from plan.graph import Graph
    from plan.model import Resource, Value
    from tests.policies.mutants.changes import Edit, Where

SETTING, RECORD = "cloudflare:index/zoneSetting:ZoneSetting", "cloudflare:index/dnsRecord:DnsRecord"
RULESET, WORKER = "cloudflare:index/ruleset:Ruleset", "cloudflare:index/workersScript:WorkersScript"
DROPLET, WALL = "digitalocean:index/droplet:Droplet", "digitalocean:index/firewall:Firewall"
HETZNER, HETZNER_WALL = "hcloud:index/server:Server", "hcloud:index/firewall:Firewall"
LINODE_WALL = "linode:index/firewall:Firewall"
SERVERS = (DROPLET, HETZNER, INSTANCE)
STRICT, TLS, HTTPS = "cloudflare-tls-strict", "cloudflare-tls-1-2", "cloudflare-always-https"
PROXIED, LIMIT, FIREWALL = "cloudflare-hosts-proxied", "cloudflare-rate-limit", "cloudflare-firewall"
PAGES, PREVIEWS = "cloudflare:index/pagesProject:PagesProject", "pages-previews-chosen"
BINDINGS = "cloudflare-bindings-without-secrets"
AGE, DEAD, LOGS, OTHER_HOST = (
    "worker-compatibility-date",
    "worker-dead-letters",
    "worker-logs",
    "worker-not-under-workers-dev",
)
SUBDOMAIN = "cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"
CONSUMER = "cloudflare:index/queueConsumer:QueueConsumer"
BEHIND, SSH, WEB = "server-behind-firewall", "server-ssh-limited", "server-only-web-open"
LOGIN, STORES, REPAIRS = "server-no-password-login", "server-stores-not-public", "server-repairs-itself"
PORT = "inboundRules.0.portRange"
_OFF = re.compile(r"^ *(?:ssh_pwauth: false|PasswordAuthentication no)\n", re.MULTILINE)


def of(name: str) -> Where:
    return having("settingId", name)


def of_own_zone(_graph: Graph, record: Resource) -> bool:
    """Records of a zone that the plan makes. In another's zone it decides nothing but its own names."""
    return isinstance(record.inputs.get("zoneId"), Unknown)


def phase(name: str, *, made: bool = True) -> Where:
    return of_zone(having("phase", name), made=made)


def of_zone(where: Where, *, made: bool) -> Where:
    """Of a zone that the plan makes, or of one that is there already: that one may have elsewhere what is gone here."""
    return lambda graph, resource: where(graph, resource) and of_own_zone(graph, resource) is made


def plain_first(_graph: Graph, worker: Resource) -> bool:
    """Workers whose first binding is plain text; in the others a text is a secret."""
    return at(worker.inputs, "bindings.0.type") == "plain_text"


def script(old: str, new: str) -> Edit:
    return lambda _graph, _server, value: retold(value, old, new)


def unsaid(_graph: Graph, _server: Resource, value: Value) -> Value:
    """User data without what turns passwords off, for cloud-init and for sshd itself."""
    return (
        re.sub(r"(?m)^ *(?:ssh_pwauth: false|PasswordAuthentication no)\n", "", value)
        if isinstance(value, str)
        else value
    )


def scripted(_graph: Graph, server: Resource) -> bool:
    return "ssh_pwauth" in str(server.inputs.get("userData"))


def more(line: str) -> Edit:
    return lambda _graph, _server, value: f"{value}runcmd:\n- |\n  {line}\n" if isinstance(value, str) else value


BUILT = stating("source.config.previewDeploymentSetting")

OPERATORS = (
    Operator(STRICT, "flexible", put(SETTING, "value", "flexible", of("ssl"))),
    Operator(STRICT, "any certificate", put(SETTING, "value", "full", of("ssl"))),
    Operator(STRICT, "nothing said", dropped(SETTING, of_zone(of("ssl"), made=True))),
    Operator(STRICT, "nothing said of one that is there", dropped(SETTING, of_zone(of("ssl"), made=False)), "unproven"),
    Operator(STRICT, "what, only deployment tells", hidden(SETTING, "value", of("ssl")), "unproven"),
    Operator(TLS, "TLS 1.0", put(SETTING, "value", "1.0", of("min_tls_version"))),
    Operator(TLS, "nothing said", dropped(SETTING, of_zone(of("min_tls_version"), made=True))),
    Operator(
        TLS,
        "nothing said of one that is there",
        dropped(SETTING, of_zone(of("min_tls_version"), made=False)),
        "unproven",
    ),
    Operator(HTTPS, "switched off", put(SETTING, "value", "off", of("always_use_https"))),
    Operator(HTTPS, "nothing said", dropped(SETTING, of_zone(of("always_use_https"), made=True))),
    Operator(
        HTTPS,
        "nothing said of one that is there",
        dropped(SETTING, of_zone(of("always_use_https"), made=False)),
        "unproven",
    ),
    Operator(PROXIED, "past Cloudflare", put(RECORD, "proxied", value=False, where=of_own_zone)),
    Operator(PROXIED, "nothing said", removed(RECORD, "proxied", of_own_zone)),
    Operator(PROXIED, "whether, only deployment tells", hidden(RECORD, "proxied", of_own_zone), "unproven"),
    Operator(
        FIREWALL, "one that only skips", put(RULESET, "rules.0.action", "skip", phase("http_request_firewall_managed"))
    ),
    Operator(LIMIT, "one that only counts", put(RULESET, "rules.0.action", "log", phase("http_ratelimit"))),
    Operator(LIMIT, "none", dropped(RULESET, phase("http_ratelimit"))),
    Operator(LIMIT, "switched off", put(RULESET, "rules.0.enabled", value=False, where=phase("http_ratelimit"))),
    Operator(
        LIMIT,
        "switched off in one that is there",
        put(RULESET, "rules.0.enabled", value=False, where=phase("http_ratelimit", made=False)),
        "unproven",
    ),
    Operator(LIMIT, "none in one that is there", dropped(RULESET, phase("http_ratelimit", made=False)), "unproven"),
    Operator(FIREWALL, "none", dropped(RULESET, phase("http_request_firewall_managed"))),
    Operator(
        FIREWALL,
        "none in one that is there",
        dropped(RULESET, phase("http_request_firewall_managed", made=False)),
        "unproven",
    ),
    Operator(
        BINDINGS,
        "a password",
        put(WORKER, "bindings.0", {"type": "plain_text", "name": "DB_PASSWORD", "text": "hunter2"}),
    ),
    Operator(
        BINDINGS,
        "a key by its form",
        put(WORKER, "bindings.0.text", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", plain_first),
    ),
    Operator(
        BINDINGS,
        "a password of previews",
        put(PAGES, "deploymentConfigs.preview.envVars.DB_PASSWORD", {"type": "plain_text", "value": "hunter2"}),
    ),
    Operator(PREVIEWS, "every branch", put(PAGES, "source.config.previewDeploymentSetting", "all", BUILT)),
    Operator(PREVIEWS, "nothing said", removed(PAGES, "source.config.previewDeploymentSetting", BUILT)),
    Operator(
        PREVIEWS,
        "which, only deployment tells",
        hidden(PAGES, "source.config.previewDeploymentSetting", BUILT),
        "unproven",
    ),
    Operator(BINDINGS, "bindings that only deployment tells", hidden(WORKER, "bindings"), "unproven"),
    Operator(AGE, "of long ago", put(WORKER, "compatibilityDate", "2023-01-01")),
    Operator(AGE, "a day that only deployment tells", hidden(WORKER, "compatibilityDate"), "unproven"),
    Operator(DEAD, "nowhere", removed(CONSUMER, "deadLetterQueue")),
    Operator(LOGS, "nothing said", removed(WORKER, "observability")),
    Operator(LOGS, "off", put(WORKER, "observability.enabled", value=False)),
    Operator(LOGS, "no logs", put(WORKER, "observability.logs.enabled", value=False)),
    Operator(LOGS, "whether, only deployment tells", hidden(WORKER, "observability.enabled"), "unproven"),
    Operator(OTHER_HOST, "on", put(SUBDOMAIN, "enabled", value=True)),
    Operator(OTHER_HOST, "previews", put(SUBDOMAIN, "previewsEnabled", value=True)),
    Operator(OTHER_HOST, "whether, only deployment tells", hidden(SUBDOMAIN, "enabled"), "unproven"),
    Operator(BEHIND, "no firewall", dropped((WALL, LINODE_WALL))),
    Operator(BEHIND, "none named by the server", removed(HETZNER, "firewallIds", stating("firewallIds.0"))),
    Operator(BEHIND, "of which server, only deployment tells", hidden(WALL, "dropletIds"), "unproven"),
    Operator(SSH, "open to the world", put(WALL, PORT, "22")),
    Operator(SSH, "all ports", put(WALL, PORT, "all")),
    Operator(SSH, "open to the world, at Hetzner", put(HETZNER_WALL, "rules.0.port", "22")),
    Operator(SSH, "whatever is not denied, at Linode", put(LINODE_WALL, "inboundPolicy", "ACCEPT")),
    Operator(SSH, "ports that only deployment tells", hidden(WALL, PORT), "unproven"),
    Operator(WEB, "a database", put(WALL, PORT, "5432")),
    Operator(WEB, "a range around the web", put(HETZNER_WALL, "rules.0.port", "80-443")),
    Operator(WEB, "the application's port beside", put(LINODE_WALL, "inbounds.0.ports", "80,443,3000")),
    Operator(
        LOGIN, "switched on", edited(SERVERS, "userData", script("ssh_pwauth: false", "ssh_pwauth: true"), scripted)
    ),
    Operator(LOGIN, "nothing said", edited((DROPLET, HETZNER), "userData", unsaid, scripted)),
    Operator(LOGIN, "a script that only deployment tells", hidden(SERVERS, "userData", scripted), "unproven"),
    Operator(STORES, "Redis on every address", edited(SERVERS, "userData", more("bind 0.0.0.0"), scripted)),
    Operator(
        STORES, "PostgreSQL on every address", edited(SERVERS, "userData", more("listen_addresses = '*'"), scripted)
    ),
    Operator(
        STORES,
        "a port that Docker publishes",
        edited(SERVERS, "userData", more("docker run -p 5432:5432 postgres:17"), scripted),
    ),
    Operator(REPAIRS, "not installed", edited(SERVERS, "userData", script("  - unattended-upgrades\n", ""), scripted)),
    Operator(
        REPAIRS, "taken away", edited(SERVERS, "userData", more("apt-get purge -y unattended-upgrades"), scripted)
    ),
)
