from components.digitalocean.server import DigitalOceanServer
from components.digitalocean.uptime import DigitalOceanUptime
from components.server.uptime import UptimeArgs
from config.values import Deletion
from tests.components.asked_servers import full, least

server = full("fra1", "s-1vcpu-2gb", "debian-12-x64")
bare = least(server, "3b:16:bf:e4:8b:00:8b:b8:59:8c:a9:d3:f0:19:45:fa")
uptime: UptimeArgs = {
    "url": "https://shop.example.com/health",
    "emails": ["ops@example.com"],
    "tags": {"application": "shop"},
}


def make(guarded):
    DigitalOceanServer("droplet", server)
    DigitalOceanServer("droplet-bare", bare)
    DigitalOceanServer("droplet-retained", {**server, "deletion": Deletion.RETAIN})
    DigitalOceanServer("guarded-droplet", {**server, "deletion": Deletion.DESTROY}, guarded("droplet"))
    DigitalOceanUptime("ocean-uptime", uptime)
    DigitalOceanUptime("ocean-uptime-plain", {**uptime, "url": "http://203.0.113.7:8080/"})
    DigitalOceanUptime("guarded-ocean-uptime", uptime, guarded("ocean-uptime"))
