from __future__ import annotations

import pytest

from policies.applications import application_in
from tests.policies.redis.every_tool import each

RUNS = [
    *each("{} start app.js", "pm2 forever"),
    "sudo -u app pm2-runtime ecosystem.config.js",
    *each("{} server.js", "node /usr/bin/nodejs bun deno"),
    "nohup node --max-old-space-size=512 server.js &",
    "cd /srv && npm ci && npm run start",
    "yarn start",
    "su - app -c 'exec node server.js'",
    "bash -c 'cd /srv; npm start'",
    "python3 -m http.server 80",
    "python3.12 /srv/app.py",
    "gunicorn app:app",
    "java -jar shop.jar",
    "php -S 0.0.0.0:80",
    "dotnet Shop.dll",
    "node server.js --version",
    "node server.js install",
    "bundle exec puma",
    "bundle exec puma -C config.rb",
    *each("docker run -d {} 80:3000 shop:1", "-p --publish"),
    "docker run -dp80:3000 shop:1",
    *each("docker run -d {} shop:1", "-P --publish-all"),
    "podman run --network host shop:1",
    "docker run --net=host shop:1",
    "docker compose up -d",
    "docker-compose -f x.yaml up",
    "docker --log-level warn compose up -d",
    *each("apt-get install -y {}", "nginx apache2 haproxy mysql-server postgresql-16 redis-server"),
    "apt-get install -y nginx=1.24.0-1",
    "systemctl enable --now nginx",
    "systemctl start /etc/systemd/system/nginx.service",
    "service httpd start",
    "cat > /etc/systemd/system/a.service <<E\n[Service]\nExecStart=/usr/bin/node /srv/server.js\nE",
    "bash <<E\nnode server.js\nE",
    "#cloud-config\npackages: [nginx]\n",
    "#cloud-config\npackages: [curl, nginx, git]\n",
    "#cloud-config\nbootcmd:\n  - node server.js\n",
    "#cloud-config\nruncmd:\n  - [nice, -n, 5, node, server.js]\n",
    "#cloud-config\nruncmd:\n  - [node, server.js]\nwrite_files:\n  - path: /x\n    content: hello\n",
    "#cloud-config\nwrite_files:\n  - path: /x\n    content: node server.js\n  - path: /y\n",
    "#cloud-config\nsetup: |\n  cd /srv\n  node server.js\n",
    "#cloud-config-archive\n- node server.js\n",
    "#cloud-config-archive\n- apt-get update\n- node server.js\n",
    "#cloud-config\nruncmd:\n  - [node, server.js]\n",
    "#cloud-config\nruncmd:\n  - cd /srv && npm start\n",
    "#cloud-config\nwrite_files:\n  - path: /x.sh\n    content: |\n      #!/bin/sh\n      exec node server.js\n",
]
RUNS_NOTHING = [
    "",
    "sysctl -w net.ipv4.ip_forward=1\niptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE",
    "yum install -y iptables-services amazon-ssm-agent",
    "systemctl enable --now iptables amazon-ssm-agent nftables",
    "systemctl stop nginx\nsystemctl disable --now httpd",
    "apt-get remove -y nginx",
    "apt-get install -y postgresql-client mysql-client redis-tools",
    "node --version",
    "nginx -v",
    "java -version",
    "npm install",
    "bun install",
    "ip link set eth0 up",
    "docker compose pull",
    "python3 /opt/aws/bin/cfn-init -v",
    "docker run -d amazon/cloudwatch-agent",
    "echo node server.js",
    "# node server.js",
    "#cloud-config\npackages: [nftables, unattended-upgrades]\nruncmd:\n  - sysctl --system\n",
    "#cloud-config\ngroups: [nginx, docker]\n",
    "#cloud-config\ngroups: [docker, nginx]\n",
    "#cloud-config\nhostname: nginx\n",
]
SAID = {
    "apt-get install -y Nginx": "installs nginx",
    "service httpd start": "starts httpd",
    "/usr/bin/pm2 start app.js": "runs pm2",
    "node server.js": "runs a program with node",
    "python3 app.py": "runs a program with python3",
    "npm start": "starts a program with npm",
    "docker compose up": "runs containers",
    "docker run --net=host shop:1": "runs a container that others reach",
}


@pytest.mark.parametrize("text", RUNS)
def test_what_runs_an_application_is_seen(text: str) -> None:
    assert application_in(text)


@pytest.mark.parametrize("text", RUNS_NOTHING)
def test_what_sets_up_a_machine_is_no_application(text: str) -> None:
    assert application_in(text) == ""


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_it_is_said_what_of_an_application_is_run(text: str, said: str) -> None:
    assert application_in(text) == said
