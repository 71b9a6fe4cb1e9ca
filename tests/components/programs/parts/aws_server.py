from components.aws.server import AwsServer
from config.values import Deletion
from tests.components.asked_servers import full, least

server = full("eu-central-1a", "t3.small", "ami-0123456789abcdef0")
bare = least(server, "ops")


def make(guarded):
    AwsServer("machine", server)
    AwsServer("machine-bare", bare)
    AwsServer("machine-retained", {**server, "deletion": Deletion.RETAIN})
    AwsServer("guarded-machine", {**server, "deletion": Deletion.DESTROY}, guarded("machine"))
