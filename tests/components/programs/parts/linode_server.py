from components.linode.server import LinodeServer
from config.values import Deletion
from tests.components.asked_servers import full, least

server = full("eu-central", "g6-standard-1", "linode/debian12")
bare = least(server)


def make(guarded):
    LinodeServer("linode", server)
    LinodeServer("linode-bare", bare)
    LinodeServer("linode-retained", {**server, "deletion": Deletion.RETAIN})
    LinodeServer("guarded-linode", {**server, "deletion": Deletion.DESTROY}, guarded("linode"))
