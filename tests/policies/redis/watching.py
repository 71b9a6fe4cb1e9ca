"""Commands that stop, remove or only ask a Redis, and beside each the one that starts one."""

from __future__ import annotations

STOPPED = [
    "systemctl disable --now redis-server",
    "systemctl --now disable redis",
    "systemctl mask --now redis-server.service",
    "systemctl stop redis-server && systemctl mask redis-server",
    "apt-get purge -y redis-server && systemctl disable --now redis-server || true",
    "apt-get -y remove redis-server valkey",
    "apt-get autoremove --purge -y redis-server",
    "yum remove -y redis",
    "emerge --unmerge dev-db/redis",
    "emerge -C dev-db/redis",
    "chkconfig redis off",
    "update-rc.d redis-server disable",
    "rc-update del redis default",
    "sv down redis",
    "ansible localhost -m apt -a 'name=redis-server state=absent'",
    "#cloud-config\nruncmd:\n  - [systemctl, disable, --now, redis-server]\n",
]
ASKED = [
    "docker run --rm redis:7 redis-cli -h $REDIS_HOST ping",
    "docker run --rm --entrypoint redis-cli redis:7 -h cache ping",
    "podman run --rm --entrypoint=/usr/local/bin/valkey-cli valkey/valkey:8 -h cache ping",
    "nerdctl run --rm redis:7 redis-benchmark -h cache",
    "docker run --rm redis:7 sh -c 'until redis-cli -h cache ping; do sleep 1; done'",
    "kubectl run cli --rm -it --image=redis:7 -- redis-cli -h cache ping",
    "cat > c.service <<E\n[Service]\nExecStart=/usr/bin/docker run --rm redis:7 redis-cli -h cache monitor\nE",
    (
        "cat > compose.yaml <<E\nservices:\n  wait:\n    image: redis:7\n    command: redis-cli -h cache ping\n"
        "  web:\n    image: shop:1\nE"
    ),
    "cat > compose.yaml <<E\nservices:\n  wait:\n    command: [redis-cli, -h, cache, ping]\n    image: redis:7\nE",
    (
        "cat > pod.yaml <<E\ncontainers:\n  - name: wait\n    image: redis:7\n    command:\n      - redis-cli\n"
        "      - ping\nE"
    ),
]
STARTED_ALL_THE_SAME = [
    "systemctl enable --now redis-server",
    "apt-get remove -y nginx && apt-get install -y redis-server",
    "systemctl stop nginx; systemctl start redis-server",
    "emerge --ask=n dev-db/redis",
    "ansible localhost -m apt -a 'name=redis-server state=latest'",
    "docker run -d redis:7 --save 60 1",
    "docker run -d redis:7 sh -c 'redis-server --daemonize yes; redis-cli monitor'",
    "docker run -d redis:7\ndocker run --rm redis:7 redis-cli ping",
    "docker run -d --entrypoint docker-entrypoint.sh redis:7",
    "kubectl run cache --image=redis:7 -- --save 60",
    (
        "cat > compose.yaml <<E\nservices:\n  wait:\n    image: redis:7\n    command: redis-cli -h cache ping\n"
        "  cache:\n    image: redis:7\nE"
    ),
    ("cat > pod.yaml <<E\ncontainers:\n  - image: redis:7\n  - image: redis:7\n    command: [redis-cli, -h, cache]\nE"),
]
