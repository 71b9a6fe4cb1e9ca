from components.docker.proxy_container import ProxyContainer, ProxyContainerArgs

proxy: ProxyContainerArgs = {
    "image": f"docker.io/library/nginx@sha256:{'5b0c5a1f' * 8}",
    "networks": {"front": "front"},
    "port": 8080,
    "configuration": "events {}",
}


def make(guarded):
    ProxyContainer("container-proxy", proxy)
    ProxyContainer("guarded-container-proxy", proxy, guarded("container-proxy"))
