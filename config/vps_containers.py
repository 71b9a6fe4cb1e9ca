"""What a single server runs in containers, for a release of images: the services, the proxy before them, and Redis."""

from pydantic import Field

from config.docker_engine import RedisContainer, RegistryLogin, ServiceContainer
from config.release import ImageDigest
from config.settings import Settings
from config.values import ServiceName

PROXY_PORT = 8080
"""The port of the server's loopback at which the proxy answers; the server's own nginx leads there."""


class Containers(Settings):
    """The containers of a server, which its own Docker engine runs."""

    proxy: ImageDigest
    """nginx's official image, by digest: what leads from the server's own nginx to the services."""
    login: RegistryLogin | None = None
    """Who pulls images; none where everybody may."""
    redis: RedisContainer | None = None
    """The container of Redis; needed where the application's is local."""
    services: dict[ServiceName, ServiceContainer] = Field(default={})
    """What is different of single services."""

    def service(self, name: str) -> ServiceContainer:
        """How a service runs in its container."""
        return self.services.get(name, ServiceContainer())
