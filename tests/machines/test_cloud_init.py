"""A single server set up for real by Debian's own cloud-init, from its user data to the first release.

Debian, its packages, cloud-init, PostgreSQL, Redis, nginx, certbot and Node.js are real. systemd, lsblk, npm's registry
and the network outside are stand-ins (`stand_ins/`, `whole.py`).

Longer than 300 lines because one set-up, which takes minutes, is looked at from every side.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import re
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from components.server.cloud_init import user_data
from components.server.health import ANSWER
from components.server.release import Deployment, ReleasedService, Upload
from components.server.release_program import standard_input
from tests.machines import restored
from tests.machines.restored import backed_up
from tests.machines.root import loop_device
from tests.machines.servers import wait_for
from tests.machines.single import PROGRAM, tar
from tests.machines.sound import SETUP, STATE, changed, ports, programs_take_their_files, started
from tests.machines.whole import FORMS, HOST, PORT, WHOLE, archive, booted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.machines.root import Computer

LIMIT = 16 << 10
SERVER = """\
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
const { HOST, PORT, DATABASE_URL, REDIS_URL } = process.env;
const { Client } = require("/opt/slipway/node_modules/pg");
const asks = new Client({ connectionString: DATABASE_URL });
asks.connect().then(() => createServer(async (request, response) => {
  const { rows } = await asks.query("select current_user as u");
  response.end(`${rows[0].u} ${REDIS_URL.length}`);
}).listen(Number(PORT), HOST));
"""
MADE = "$(cat /etc/slipway/generated/{})"
PEBBLE = f"""\
set -e
printf '127.0.0.1 localhost {HOST} www.{HOST}\\n' >/etc/hosts
curl -fsS -o /usr/local/bin/pebble http://127.0.0.1:{PORT}/pebble
chmod 755 /usr/local/bin/pebble
printf 'server = https://127.0.0.1:14000/dir\\nno-verify-ssl = true\\n' >>/etc/letsencrypt/cli.ini
cat >/usr/local/bin/start-pebble <<'START'
#!/bin/bash
# The authority, which refuses the names that it is started with.
pkill -x pebble
rm -rf /etc/letsencrypt/accounts # which a new one does not know
cat >/etc/pebble.json <<END
{{"pebble": {{"listenAddress": "127.0.0.1:14000", "managementListenAddress": "127.0.0.1:15000",
"certificate": "/etc/slipway/tls/placeholder.pem", "privateKey": "/etc/slipway/tls/placeholder.key",
"httpPort": 80, "tlsPort": 443, "domainBlocklist": [$1]}}}}
END
while curl -sk https://127.0.0.1:14000/dir >/dev/null; do sleep 0.2; done
# By itself it refuses a nonce in twenty, and Debian's certbot asks only twice.
PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 pebble -config /etc/pebble.json >/var/log/pebble.log 2>&1 &
until curl -sk https://127.0.0.1:14000/dir >/dev/null; do sleep 0.2; done
START
chmod 755 /usr/local/bin/start-pebble
"""
HOW_IT_IS = f"curl -sk -w '%{{http_code}}' --resolve {HOST}:443:127.0.0.1 https://{HOST}{ANSWER}"
PAGE = f"curl -sk --resolve {HOST}:443:127.0.0.1 https://{HOST}/"
SHOWN = f"openssl s_client -connect 127.0.0.1:443 -servername {HOST} </dev/null 2>/dev/null | openssl x509 -noout"


@pytest.fixture(scope="session")
def held(node: Path, release_tools: Path) -> dict[str, bytes]:
    """What the server fetches beside Debian's packages."""
    return archive(node, release_tools, version_of(node))


def version_of(node: Path) -> str:
    """The version of the Node.js here."""
    return subprocess.run([node, "--version"], capture_output=True, check=True, text=True).stdout.strip()[1:]


@dataclass
class Servers:
    """One server after the other, with the same volume."""

    image: Path
    data: str
    held: dict[str, bytes]
    disk: str
    running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    computer: Computer = field(init=False)

    def start(self) -> Computer:
        """A new server in the place of the one before."""
        self.running.close()
        self.computer = self.running.enter_context(booted(self.image, self.data, self.held, self.disk))
        started(self.computer)
        return self.computer


@pytest.fixture(scope="module")
def servers(
    image: Path,
    held: dict[str, bytes],
    node: Path,
    require_program: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Servers]:
    """The first server, set up."""
    data = user_data(replace(backed_up(WHOLE), node=version_of(node)), LIMIT)
    with loop_device(require_program("losetup"), tmp_path_factory.mktemp("volume")) as disk:
        made = Servers(image, data, held, disk)
        with made.running:
            made.start()
            yield made


@pytest.fixture
def computer(servers: Servers) -> Computer:
    """The server that runs."""
    return servers.computer


def test_it_is_sound_for_every_program_that_reads_its_files(computer: Computer) -> None:
    is_sound(computer)


def test_only_ssh_and_the_site_can_be_reached_from_outside(computer: Computer) -> None:
    listens_where_it_should(computer)


def test_postgresql_and_redis_take_the_passwords_that_were_made_here_and_no_others(computer: Computer) -> None:
    takes_its_own_passwords_only(computer)


def test_before_the_first_release_the_site_says_that_nothing_is_deployed(computer: Computer) -> None:
    says_that_nothing_is_deployed(computer)


def test_a_second_run_changes_nothing(computer: Computer) -> None:
    before = computer.output(STATE)
    code, said = computer.run(SETUP, seconds=300)
    assert code == 0, said
    assert changed(before, computer.output(STATE)) == []


def test_cloud_init_takes_every_form(computer: Computer) -> None:
    for name, form in FORMS.items():
        text = base64.b64encode(user_data(form, LIMIT).encode()).decode()
        check = "cloud-init schema --config-file /tmp/form.yaml"
        code, said = computer.run(f"base64 -d <<<{text} >/tmp/form.yaml; {check}")
        assert code == 0, f"{name}: {said}"
        assert "Valid cloud-config" in said


def test_the_certificate_comes_and_is_renewed(servers: Servers, require_program: Callable[[str], Path]) -> None:
    computer = servers.computer
    servers.held["/pebble"] = require_program("pebble").read_bytes()
    computer.output(PEBBLE)
    assert "CN = placeholder" in computer.output(f"{SHOWN} -subject")
    assert computer.run("test -e /run/stand-in-enabled/slipway-certificate.timer")[0] == 0
    computer.output(f"start-pebble '\"{HOST}\"'")
    said = "/var/log/slipway-certificate.log"
    assert computer.run("systemctl start slipway-certificate")[0] != 0
    refused = computer.output(f"cat {said}")
    assert "slipway: the authority said:\nHTTP 4" in refused, computer.output("tail -n 40 /var/log/letsencrypt/*.log")
    assert "urn:ietf:params:acme:error:rejectedIdentifier" in refused
    assert computer.run("test -e /run/stand-in-enabled/slipway-certificate.timer")[0] == 0, "it is tried again"

    computer.output("start-pebble ''")
    computer.output(f"systemctl start slipway-certificate || {{ tail -n 40 {said} /var/log/pebble.log; exit 1; }}")
    assert wait_for(lambda: "Pebble" in computer.output(f"{SHOWN} -issuer"))
    names = computer.output(f"{SHOWN} -ext subjectAltName")
    assert f"DNS:{HOST}, DNS:www.{HOST}" in names
    assert computer.run("test -e /run/stand-in-enabled/slipway-certificate.timer")[0] == 1, "it has done its work"
    assert computer.run("test -e /run/stand-in-enabled/certbot.timer")[0] == 0
    first = computer.output(f"{SHOWN} -serial")
    computer.output("certbot renew --force-renewal --no-random-sleep-on-renew")
    assert wait_for(lambda: computer.output(f"{SHOWN} -serial") != first), "nginx was told of the new one"


def test_a_release_gets_what_the_server_made_and_leaves_no_credential_that_is_no_longer_told(
    computer: Computer,
) -> None:
    serves_a_release(computer)


def test_what_the_document_says_of_restoring_brings_back_all_that_was_copied(
    servers: Servers, litestream: str, s3_client: Any, s3_port: int
) -> None:
    computer, steps = servers.computer, restored.commands()
    deployed(computer, first_release(computer))  # with which the programs come
    with restored.bucket_within(computer, s3_client, s3_port) as bucket:
        restored.filled(computer, bucket)
        restored.copying(computer, Path(litestream).read_bytes(), servers.held)
        computer.output("systemctl start slipway-backup || { cat /var/log/slipway-backup.log; exit 1; }")
        before = restored.contents(computer)
        restored.write(computer, 301, 400)
        newest = restored.notes(computer)
        assert restored.all_copied(computer)
        restored.follow(computer, steps["enter"])
        assert computer.output("systemctl is-active orders-web@blue orders-web@green || true") == "inactive"
        restored.spoil(computer)
        assert "orders-vps" in restored.follow(computer, steps["files"])
        restored.follow(computer, steps["postgres"])
        restored.follow(computer, steps["redis"])
        assert wait_for(lambda: "aof_rewrite_in_progress:0" in computer.output(f"{redis()} info persistence"))
        computer.output("systemctl restart redis-server")
        assert wait_for(lambda: computer.run(f"{redis()} ping")[1].strip() == "PONG")
        assert computer.output(f"{redis()} config get appendonly").split() == ["appendonly", "yes"]
        restored.follow(computer, steps["continuous"])
        assert restored.notes(computer) == newest
        computer.output("systemctl stop slipway-litestream")  # as where there is none
        restored.follow(computer, steps["daily"])
        assert restored.contents(computer) == before
        assert computer.output(f"stat -c '%U:%G %a' {restored.FILE}") == "orders-web:slipway-data 660"
        deployed(computer, first_release(computer))
        assert computer.output(PAGE).startswith("orders_owner ")


@pytest.mark.slow  # three minutes: one more Debian is set up
def test_the_next_server_finds_what_the_last_one_left(servers: Servers) -> None:
    computer = servers.computer
    computer.output(asked("create table kept as select 7 as a"))
    computer.output(f"{redis()} set kept 8")
    live = "/etc/letsencrypt/live/orders"
    computer.output(
        f"mkdir -p {live} && cd /etc/slipway/tls && cp -L fullchain.pem {live}/fullchain.pem.new &&"
        f" cp -L privkey.pem {live}/privkey.pem.new && for f in fullchain privkey; do [ -e {live}/$f.pem ] ||"
        f" mv {live}/$f.pem.new {live}/$f.pem; done; echo 9 >/srv/orders/kept"
    )
    shown = computer.output(f"cat {live}/fullchain.pem")
    computer.run("systemctl stop orders-web@blue orders-web@green")
    for unit in ("postgresql", "redis-server", "nginx"):
        computer.output(f"systemctl stop {unit}")
    computer.output("sync")
    computer = servers.start()
    assert computer.output(asked("select a from kept")) == "7"
    assert computer.output(f"{redis()} get kept") == "8"
    assert computer.output("cat /srv/orders/kept; stat -c '%U:%G %a' /srv/orders") == "9\nroot:slipway-data 2770"
    owners = computer.output("stat -c '%U:%G %a' /var/lib/postgresql/15/main /var/lib/redis")
    assert owners == "postgres:postgres 700\nredis:redis 750"
    assert computer.output("readlink /etc/slipway/tls/fullchain.pem") == f"{live}/fullchain.pem"
    assert computer.output(f"cat {live}/fullchain.pem") == shown
    takes_its_own_passwords_only(computer)


def asked(sql: str, password: str = MADE.format("postgres")) -> str:
    """What asks PostgreSQL, as a service reaches it."""
    return f'PGPASSWORD="{password}" psql -X -At -h 127.0.0.1 -U orders_owner -c "{sql}" orders'


def redis(password: str = MADE.format("redis")) -> str:
    """Redis's client, as a service reaches it."""
    return f'REDISCLI_AUTH="{password}" redis-cli -h 127.0.0.1'


def is_sound(computer: Computer) -> None:
    """The programs that read the files take them."""
    programs_take_their_files(
        computer, "orders-web@blue.service slipway-*.service slipway-*.timer nginx.service redis-server.service"
    )
    told = computer.output("sshd -T -C user=operator,host=a,addr=203.0.113.7")
    for line in ("passwordauthentication no", "allowtcpforwarding local", "permitopen 127.0.0.1:5432"):
        assert line in told
    assert computer.run(f"runuser -u deploy -- sudo -n {PROGRAM} status")[1].strip() != ""
    assert "not allowed" in computer.run("runuser -u deploy -- sudo -n -l /bin/cat /etc/shadow; echo not allowed $?")[1]
    for command in ("cat /etc/shadow", f"bash {PROGRAM}", f"{PROGRAM}/../setup.sh", f"-u postgres {PROGRAM} status"):
        assert computer.run(f"runuser -u deploy -- sudo -n {command}")[0] != 0, command
    assert computer.output("runuser -u operator -- sudo -n -u postgres id -un").endswith("postgres")


def listens_where_it_should(computer: Computer) -> None:
    """Nothing but SSH and nginx can be reached from outside."""
    outside, within = ports(computer)
    assert outside <= {22, 80, 443}
    assert {80, 443} <= outside
    assert {5432, 6379} <= within


def takes_its_own_passwords_only(computer: Computer) -> None:
    """PostgreSQL and Redis know what was made here."""
    assert computer.output(asked("show server_encoding")) == "UTF8"
    assert computer.output(asked("select current_user")) == "orders_owner"
    assert "password authentication failed" in computer.run(asked("select 1", "another"))[1]
    assert computer.output(f"{redis()} ping") == "PONG"
    assert "NOAUTH" in computer.run("redis-cli -h 127.0.0.1 ping")[1]
    assert "WRONGPASS" in computer.run(f"{redis('another')} ping")[1]
    for name, value in {"maxmemory": str(64 << 20), "appendonly": "yes", "maxmemory-policy": "noeviction"}.items():
        assert computer.output(f"{redis()} config get {name}").split() == [name, value]
    assert computer.output(asked("show shared_buffers")) == "64MB"
    assert computer.output(asked("show max_connections")) == "40"
    secret = computer.output("stat -c '%U %a' /etc/slipway/generated/*")
    assert set(secret.splitlines()) == {"root 600"}


def says_that_nothing_is_deployed(computer: Computer) -> None:
    """Before the first release."""
    found = computer.output(f"curl -sk -w ' %{{http_code}}' --resolve {HOST}:443:127.0.0.1 https://{HOST}/")
    assert "Nothing is deployed yet" in found
    assert found.endswith(" 503")
    led = computer.output(
        f"curl -s -o /dev/null -w '%{{http_code}} %{{redirect_url}}' -H 'Host: {HOST}' http://127.0.0.1/"
    )
    assert led == f"308 https://{HOST}/"
    assert computer.output(HOW_IT_IS) == "not well: nothing is deployed\n503"
    assert computer.run("test -e /run/stand-in-enabled/slipway-health.timer")[0] == 0


def first_release(computer: Computer) -> Deployment:
    """A deployment of a small service, whose archive is there."""
    content = tar({"server.js": SERVER, "package.json": "{}"})
    computer.output(f"base64 -d <<<{base64.b64encode(content).decode()} >/var/lib/slipway/incoming/first.tar.xz")
    service = ReleasedService(
        name="web",
        directory=".",
        entry="server.js",
        number=0,
        processes=1,
        health_path=None,
        drain_seconds=3,
        env={"NODE_ENV": "production"},
        secrets={
            "DATABASE_URL": "postgresql://orders_owner:${server:postgres}@127.0.0.1:5432/orders",
            "REDIS_URL": "redis://:${server:redis}@127.0.0.1:6379",
        },
        min_secret_lengths={},
        front=None,
    )
    return Deployment(
        app="orders",
        release=Upload("first.tar.xz", hashlib.sha256(content).hexdigest()),
        services=(service,),
        shared_data=True,
        made={"postgres": "generated/postgres", "redis": "generated/redis"},
    )


def serves_a_release(computer: Computer) -> None:
    """With what the server made itself in its variables, and what it shows others in files of its own."""
    first = replace(
        first_release(computer), credentials={"cloudflare.ini": "dns_cloudflare_api_token = not-to-be-said\n"}
    )
    said = deployed(computer, first)
    assert computer.output(PAGE) == f"orders_owner {len('redis://:@127.0.0.1:6379') + 48}"
    computer.output("systemctl start slipway-health || { cat /var/log/slipway-health.log; exit 1; }")
    assert computer.output(HOW_IT_IS) == "well\n200", computer.run("cat /var/log/slipway-health.log")[1]
    password = computer.output("cat /etc/slipway/generated/postgres")
    assert re.fullmatch("[0-9a-f]{48}", password)
    assert password in computer.output("cat /etc/slipway/env/web.env")
    assert password not in said + computer.output(
        "cat /var/log/slipway/*.log /etc/slipway/*.cjs /var/lib/slipway/*.json"
    )
    kept = "/etc/slipway/credentials"
    assert computer.output(f"stat -c '%n %U %a' {kept}/*") == f"{kept}/cloudflare.ini root 600"
    assert computer.output(f"cat {kept}/cloudflare.ini") == "dns_cloudflare_api_token = not-to-be-said"
    assert "not-to-be-said" not in said
    deployed(computer, replace(first, credentials={}))
    assert computer.output(f"ls {kept}") == ""
    assert "serves already" in deployed(computer, replace(first, credentials={})), "a credential is no setting"


def deployed(computer: Computer, deployment: Deployment) -> str:
    """Deploy as SSH does; what was said."""
    text = base64.b64encode(standard_input(deployment).encode()).decode()
    code, said = computer.run(f"base64 -d <<<{text} | runuser -u deploy -- sudo -n {PROGRAM} deploy")
    assert code == 0, f"{said}\n{computer.run('tail -n 40 /var/log/slipway/*.log')[1]}"
    return said
