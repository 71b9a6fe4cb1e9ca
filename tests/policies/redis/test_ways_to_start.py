"""Ways to start a Redis that are neither a shell's command nor a container's description, each with a harmless twin."""

from __future__ import annotations

import pytest

from policies.redis.text import user_data_sightings
from tests.policies.plans import instance, resource, verdicts

BALANCER = resource("aws:lb/loadBalancer:LoadBalancer", "lb")  # what stands before more than one machine


def file(path: str, content: str) -> str:
    """User data that writes one file."""
    indented = "".join(f"      {line}\n" for line in content.splitlines())
    return f"#cloud-config\nwrite_files:\n  - path: {path}\n    content: |\n{indented}"


def compose(variable: str, image: str) -> str:
    return (
        f"#cloud-config\nwrite_files:\n  - path: /srv/.env\n    content: {variable}={image}\n"
        "  - path: /srv/compose.yml\n    content: |\n      services:\n        kv:\n          image: '${CACHE_IMAGE}'\n"
    )


def helm(line: str) -> str:
    chart = f"apiVersion: helm.cattle.io/v1\nkind: HelmChart\nspec:\n  repo: https://charts.example.com\n  {line}\n"
    return file("/var/lib/rancher/k3s/server/manifests/kv.yaml", chart)


PYTHON = "#!/usr/bin/python3\nimport subprocess\n"
POD = '#cloud-config\nwrite_files:\n  - path: /srv/manifests/p.yaml\n    content: \'{"spec":{"containers":[%s]}}\'\n'
STARTED = {
    "a pod in one line of JSON": POD % '{"image":"redis"}',
    "a Procfile": file("/srv/Procfile", "web: node .\n\n# kept here\ncache: redis-server"),
    "a Procfile that a script writes": "#!/bin/sh\ncat > /srv/Procfile <<E\nweb: node .\ncache: redis-server\nE\n",
    "an image by a variable": compose("CACHE_IMAGE", "redis:7"),
    "packages in a list of Python": PYTHON + "p = ['nginx', 'redis-server']\nsubprocess.call(['apt', 'install', *p])\n",
    "apt as a library": "#!/usr/bin/python3\nimport apt\napt.Cache()['redis-server'].mark_install()\n",
    "Docker as a library": PYTHON + "docker.from_env().containers.run('redis:7', detach=True)\n",
    "a patch of a list": '#cloud-config-jsonp\n[{"op":"add","path":"/packages","value":["nginx", "redis"]}]\n',
    "a patch of one package": '#cloud-config-jsonp\n[{"op":"add","path":"/packages/-","value":"redis"}]\n',
    "a snap without its word": "#cloud-config\nsnap:\n  commands:\n    00: [install, redis]\n",
    "a snap as text": "#cloud-config\nsnap:\n  commands:\n    - snap install redis\n",
    "a name for PM2": "#!/bin/sh\npm2 start ./server --name redis\n",
    "a port for PM2": "#!/bin/sh\npm2 start /opt/kv -- --port 6379 --bind 127.0.0.1\n",
    "a unit that another one needs": file(
        "/etc/systemd/system/a.service", "[Unit]\nWants=redis-server.service x.target"
    ),
    "a chart of k3s": helm("chart: redis"),
    "an image that is copied": "#!/bin/sh\nskopeo copy docker://redis:7 containers-storage:kv\npodman run -d kv\n",
    "an image that is unpacked": "#!/bin/sh\ncrane export valkey/valkey:8 - | tar x\n",
    "mise": "#!/bin/sh\nmise use -g redis@7\n",
    "asdf": "#!/bin/sh\nasdf install redis 7.2.0\n",
    "devbox": "#!/bin/sh\ndevbox add redis\n",
    "pkgx": "#!/bin/sh\npkgx redis-server\n",
    "winget": "<powershell>\nwinget install Memurai.MemuraiDeveloper\n</powershell>",
    "a host container": '[settings.host-containers.kv]\nsource="docker.io/library/redis:7"\n',
    "a mark before everything": "\ufeff#cloud-config\npackages: [redis]\n",
}
HARMLESS = {
    "a pod in one line of JSON": POD % '{"image":"nginx"},{"image":"shop:1","name":"x"}',
    "a Procfile": file("/srv/Procfile", "web: node .\nworker: node redis-worker.js"),
    "settings that look like a Procfile": file("/srv/app.yaml", "host: redis-server\nname: shop"),
    "an image by a variable": compose("CACHE_IMAGE", "shop:1") + "  # redis is elsewhere\n",
    "another variable": compose("OTHER_IMAGE", "redis:7").replace("/srv/.env", "/srv/names"),
    "a client in Python": PYTHON + "subprocess.call(['pip', 'install', 'redis'])\nredis.Redis('cache-server')\n",
    "a name in Python that nothing installs": PYTHON + "expected = 'redis-server'\n",
    "Docker as a library": PYTHON + "docker.from_env().containers.run('nginx:1', name='no-redis')\n",
    "a patch of something else": '#cloud-config-jsonp\n[{"op":"add","path":"/hostname","value":"redis"}]\n',
    "a patch that removes": '#cloud-config-jsonp\n[{"op":"remove","path":"/packages","value":["redis"]}]\n',
    "a snap": "#cloud-config\nsnap:\n  commands:\n    00: [install, node]\n    01: snap remove redis\n",
    "a name for PM2": "#!/bin/sh\npm2 start ./server --name redis-worker\n",
    "a port of a server elsewhere": "#!/bin/sh\nredli --host cache.example.internal --port 6379\n",
    "another port": "#!/bin/sh\npm2 start /opt/redis-viewer -- --port 3000\n",
    "a unit that another one needs": file("/etc/systemd/system/redis-viewer.service", "[Unit]\nWants=network.target"),
    "a configuration without a server": file("/etc/redis/redis.conf", "bind 127.0.0.1\nmaxmemory 100mb"),
    "a chart of k3s": helm("chart: nginx"),
    "a chart by its name alone": file("/srv/redis.yaml", "apiVersion: x\nnotes:\n  chart: redis"),
    "an image that is copied": "#!/bin/sh\nskopeo copy docker://redis-viewer:7 containers-storage:kv\n",
    "mise": "#!/bin/sh\nmise use -g node@22 # not redis\nmise uninstall redis\n",
    "asdf": "#!/bin/sh\nasdf uninstall redis 7.2.0\n",
    "a host container": '[settings.host-containers.admin]\nsource="public.ecr.aws/acme/redis-viewer:1"\n',
    "a mark before everything": "\ufeff#cloud-config\npackages: [redis-tools]\n",
}


@pytest.mark.parametrize("text", STARTED.values(), ids=STARTED.keys())
def test_a_machine_that_is_told_this_runs_a_redis_of_its_own(text: str) -> None:
    assert verdicts(instance(text), BALANCER) == {"web": "violation"}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_machine_that_is_told_this_does_not(text: str) -> None:
    assert verdicts(instance(text), BALANCER) == {}
    assert [each for each in user_data_sightings(text) if each.kind == "starts"] == []
