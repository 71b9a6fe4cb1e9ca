"""Commands by the dozen: each installer, wrapper, flag and name that the rule knows, in one spelling."""

from __future__ import annotations


def each(pattern: str, words: str) -> list[str]:
    """The pattern with each of the words in the place of `{}`."""
    return [pattern.replace("{}", word) for word in words.split()]


EVERY_TOOL = [
    *each("{} install redis", "apt apt-get aptitude apt-fast nala yum dnf microdnf tdnf rpm-ostree snap brew port pkg"),
    *each("{} install redis", "choco conda mamba micromamba flatpak"),
    *each("apt-get {} redis", "install reinstall satisfy"),
    *each("yum {} redis", "install reinstall localinstall groupinstall"),
    *each("pacman {} redis", "-S -Sy -U --sync --upgrade"),
    *each("rpm {} redis.rpm", "-i -ivh -U -Fvh --install --upgrade"),
    *each("dpkg {} redis.deb", "-i --install"),
    *each("nix-env {} redis", "-i -iA --install"),
    *each("nix-env -iA {}.redis", "nixpkgs nixos pkgs"),
    *each("helm {} cache bitnami/redis", "install upgrade"),
    *each("amazon-linux-extras {} redis6", "install enable"),
    *each(
        "{} redis-server --port 1", "sudo doas env nohup exec command builtin time nice ionice timeout stdbuf setsid"
    ),
    *each(
        "{} redis-server --port 1", "runuser setpriv taskset numactl xargs retry eval tini dumb-init daemonize unshare"
    ),
    *each("{} redis-server --port 1", "if then elif else do while until ! {"),
    *each("{} somebody redis-server", "gosu su-exec chroot chpst flock"),
    *each("sudo {} somebody redis-server", "-u -g -U -C -a --user --group --chdir"),
    *each("{} x redis-server", "start-stop-daemon pm2 forever supervise screen tmux systemd-run daemon"),
    *each("{} -c redis-server", "sh bash dash ash zsh ksh busybox su runuser ssh watch"),
    *each("systemctl {} redis", "start restart enable reenable unmask reload-or-restart"),
    *each("systemctl start {}", "redis redis-server redis6 redis@a redis-6379 redis-stack-server keydb redis.service"),
    *each("{} redis start", "service rc-service invoke-rc.d /etc/rc.d/init.d/x /etc/rc.d/x"),
    *each("{} start redis", "initctl supervisorctl snap brew"),
    *["sv up redis", "rc-update add redis", "chkconfig --add redis", "update-rc.d redis enable"],
    *each("{} run redis", "docker podman nerdctl finch"),
    "docker run --name=cache redis",
    "env -v redis-server",
    *each("docker run {} redis-server shop:1", "-h --hostname --network-alias --net-alias"),
    "docker-compose up web redis",
    *each("docker run {} debian:12", "--entrypoint=redis-server --entrypoint=/usr/bin/redis-server"),
    "docker run --entrypoint redis-server debian:12",
    *each("docker {} redis", "run pull create start restart"),
    *each("{} pull redis", "docker podman nerdctl finch crictl ctr"),
    *each("{} up redis", "docker-compose podman-compose"),
    *each("docker compose {} redis", "up run start restart create pull"),
    *each(
        "docker run {} redis", "-d -i -t -q -P -itd --detach --init --interactive --tty --rm --privileged --read-only"
    ),
    *each("docker run {} redis", "--quiet --publish-all --no-healthcheck --oom-kill-disable --sig-proxy"),
    *each("docker run {} redis", "--disable-content-trust --replace --tls-verify --all-tags --use-api-socket"),
    *each(
        "apt-get install {}", "redis6 redis62 redis-7.2 redis-pro redis-latest redis-cluster redict kvrocks redis-v7"
    ),
    *each("apt-get install {}", "keydb-server keydb-pro dragonflydb redis-compat valkey-8.0.1-1 valkey-compat-redis"),
    *each("yum install x.y/redis.{}", "rpm deb apk pkg.tar.zst nupkg x86_64.rpm"),
    *each("yum install redis.{}", "x86_64 aarch64 arm64 amd64 noarch"),
    *each("docker run acme/{}", "my-redis my_valkey my.redis redis-7 redis7 redis_7 redis-alpine redis-server redict"),
    *each("docker run acme/redis-{}", "stack cluster primary master replica cache image bundle pro"),
    *each("docker run acme/{}", "dragonfly dragonflydb kvrocks keydb"),
    *each(
        "{} --port 1", "valkey-server keydb-server redict-server redis-stack-server kvrocks dragonfly redis-server.exe"
    ),
    *each("curl -LO https://x.y/redis-{}.tar.gz", "stable unstable latest 7.2.4 v8"),
    *each("curl -LO https://x.y/valkey-8.{}", "tar.gz tar.xz tgz zip txz"),
    *each("curl https://github.com/{}", "Redis/Redis EQ-Alpha/KeyDB"),
]
NO_TOOL = [
    f"apt-get install redis{'_1' * 100},",
    f"docker run redis{'-1' * 100},",
    *each("{} redis-server", "grep egrep fgrep sed awk which type hash man whatis pgrep pkill killall"),
    *each("{} apt-get install redis", "echo printf grep egrep fgrep pgrep pkill logger wall test [ [[ :"),
    *each("sudo {} 'apt-get install redis'", "echo printf grep egrep fgrep pgrep pkill logger wall test [ [[ :"),
    "docker run shop:1 redis",
    *each("{}", "sudo gosu command exec docker docker-compose systemctl apt-get emerge bash helm"),
    *each("sudo -u {}", "redis redis-server"),
    *each("gosu {}", "redis redis-server"),
    *each("{} -v", "sudo command docker"),
    "node redis-server now > /var/log/shop",
    "node app.js -c redis-server",
    'log() { echo "$@"; }\nlog redis-server\n',
    'add() { apt-get install "$@"; }\nadd nginx\nnode redis\n<<< x',
    "echo redis | apt-get install nginx",
    "docker run",
    "docker run --name",
    "docker run --entrypoint",
    "apt-get install",
    "bash -c",
    *each("redis-server {}", "--version -v --help -h"),
    *each("command {} redis-server", "-v -V"),
    *each("docker {} create redis", "network volume secret config context buildx manifest"),
    *each("docker run acme/{}-redis", "php python py ruby node nodejs go java rust test mock fake x-php x.node"),
    *each("docker run acme/redis-{}", "exporter commander insight cli proxy sentinel operator"),
    *each("apt-get install {}", "redis-sentinel redis-tools redis-doc redis-dev python3-redis-server -redis"),
    *each("npm {} redis", "install ci add"),
    *each("systemctl {} redis", "stop disable mask status is-active kill show cat"),
    *each("systemctl start {}", "redis-exporter redis-tunnel redis-sentinel shop"),
    *each("dpkg {} redis", "-l -s --configure -L"),
    *each("rpm {} redis", "-q -e -qa --import"),
    *each("docker {} redis", "stop rm logs inspect tag rmi exec"),
    *each("docker run {} redis-server shop:1", "--network -e"),
    *each("docker run {} redis-tunnel shop:1", "--name -h --hostname --network-alias"),
    *each("docker compose {} redis", "logs exec ps down"),
]
