from components.aws.network import Network, NetworkArgs
from config.aws import Nat

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
network: NetworkArgs = {"cidr": "10.30.0.0/16", "zones": ZONES, "nat": Nat.PER_ZONE, "flow_logs": True}


def make(guarded):
    Network("network", network)
    Network("network-single", {**network, "nat": Nat.SINGLE, "flow_logs": False})
    Network("guarded-network", network, guarded("network"))
