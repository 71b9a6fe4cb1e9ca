"""What a careful reader of the first cases thought of besides, and beside each what only looks like it."""

from __future__ import annotations

_METADATA = "curl -s http://169.254.169.254/latest/meta-data"
_FILE = "#cloud-config\nwrite_files:\n  - path: /srv/settings\n    content: |\n"


def _written(text: str) -> str:
    return _FILE + "".join(f"      {line}\n" for line in text.split("\n"))


CONTAINERS = [
    "docker run -d acme/base:redis-7.2",
    "docker run -d acme/images:valkey8",
    "docker run -d falkordb/falkordb",
    'docker run -d --health-cmd "redis-cli ping" acme/store:1',
    "docker run -d --health-cmd='redis-cli -h localhost ping' acme/store:1",
    "docker run -d --network-alias redis acme/store:1",
    "docker run -d --hostname redis acme/store:1",
]
NO_CONTAINERS = [
    "docker run -d acme/shop:feature-redis",
    "docker run -d acme/shop:redis-cache",
    "docker run -d acme/php:redis-7",
    'docker run -d --health-cmd "redis-cli -h cache ping" acme/shop:1',
    "docker run -d --network-alias redis-tunnel alpine/socat",
    "docker run -d --network-alias redis alpine/socat",
]
OWN = [
    "export CACHE_HOST=127.0.0.1",
    "export ConnectionStrings__Redis=localhost:6379,abortConnect=false",
    'export SPRING_APPLICATION_JSON=\'{"spring":{"data":{"redis":{"host":"localhost"}}}}\'',
    "export REDIS_HOST=$(hostname)",
    "export REDIS_HOST=`hostname -I`",
    "export REDIS_HOST=$HOSTNAME",
    f'export REDIS_HOST="$({_METADATA}/local-ipv4)"',
    f"IP=$({_METADATA}/local-ipv4)\nexport REDIS_HOST=${{IP}}",
    f"IP=$({_METADATA}/local-ipv4)\nexport CACHE=redis://$IP:6379",
    "export CACHE=redis://2130706433:6379",
    "export CACHE=redis://0:6379",
    "export CACHE=redis://127.1",
    _written('{"redis": {"host": "127.0.0.1", "port": 6379}}'),
    _written('{\n  "redis": {\n    "port": 6379,\n    "host": "localhost"\n  }\n}'),
    _written("redis:\n  port: 6379\n  host: 127.0.0.1"),
    _written("spring:\n  data:\n    redis:\n      host: localhost"),
    _written("spring.data.redis.host=localhost"),
    _written('[redis]\nport = 6379\nhost = "127.0.0.1"'),
    _written('session.save_path = "tcp://127.0.0.1:6379"'),
    _written("'redis' => ['client' => 'predis', 'host' => '127.0.0.1']"),
    _written("import redis\nr = redis.Redis(host='localhost', port=6379)"),
    _written("const c = require('redis').createClient({socket: {host: '127.0.0.1'}})"),
    _written("const c = new Redis(6379, 'localhost')"),
    _written("$redis->connect('127.0.0.1', 6379);"),
]
NOT_OWN = [
    "export CACHE_HOST=127.0.0.1 CACHE_DRIVER=memcached",
    "export CACHE_HOST=127.0.0.1\nexport CACHE_PORT=11211",
    "export CACHE_HOST=cache",
    "export ConnectionStrings__Redis=cache:6379",
    "export DB_HOST=$(hostname) REDIS_HOST=cache",
    f"IP=$({_METADATA}/local-ipv4)\nexport REDIS_HOST=cache HOST=$IP",
    f"export REDIS_HOST=$({_METADATA}/tags/instance/redis)",
    "export CACHE=redis://cache:6379/0",
    "# export REDIS_HOST=$(hostname)",
    _written('{"redis": {"host": "cache"}, "web": {"host": "127.0.0.1"}}'),
    _written("redis:\n  host: cache\nweb:\n  host: 127.0.0.1"),
    _written('[redis]\nhost = "cache"\n[web]\nhost = "127.0.0.1"'),
    _written("db = Postgres(host='localhost')\nr = redis.Redis(host='cache')"),
    _written("const c = require('redis').createClient({socket: {host: 'cache'}})"),
]
