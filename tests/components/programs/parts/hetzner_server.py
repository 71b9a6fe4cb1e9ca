from components.hetzner.server import HetznerServer
from config.values import Deletion
from tests.components.asked_servers import full, least

server = full("fsn1", "cx23", "debian-12")
bare = least(server, "anna@laptop")


def make(guarded):
    HetznerServer("hetzner", server)
    HetznerServer("hetzner-bare", bare)
    HetznerServer("hetzner-retained", {**server, "deletion": Deletion.RETAIN})
    HetznerServer("guarded-hetzner", {**server, "deletion": Deletion.DESTROY}, guarded("hetzner"))
