from components.aws.network import Network, NetworkArgs
from config.aws import Egress

ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]
network: NetworkArgs = {
    "region": "us-east-1",
    "cidr": "10.30.0.0/16",
    "zones": ZONES,
    "egress": {"kind": Egress.NAT_GATEWAY, "per_zone": True},
    "endpoints": ["secretsmanager", "ecr.api"],
    "flow_logs": True,
    "tags": {"team": "orders"},
}
by_instance: NetworkArgs = {
    **network,
    "egress": {
        "kind": Egress.NAT_INSTANCE,
        "image_id": "ami-0123456789abcdef0",
        "instance_type": "t4g.nano",
    },
}


def make(guarded):
    Network("network", network)
    Network(
        "network-single", {**network, "egress": {"kind": Egress.NAT_GATEWAY, "per_zone": False}, "flow_logs": False}
    )
    Network("network-instance", by_instance)
    Network("network-none", {**network, "egress": {"kind": Egress.NONE}})
    Network("guarded-network", by_instance, guarded("network"))
