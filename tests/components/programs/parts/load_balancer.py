from components.aws.listeners import Protocol, TargetArgs
from components.aws.load_balancer import LoadBalancer, LoadBalancerArgs

target: TargetArgs = {
    "port": 3001,
    "health_path": "/health",
    "health_interval": 15,
    "health_timeout": 5,
    "websockets": False,
    "hosts": [],
    "paths": [],
}
sockets: TargetArgs = {**target, "port": 3002, "websockets": True, "paths": ["/socket.io/*"]}
balancer: LoadBalancerArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "listener": {"protocol": Protocol.HTTPS, "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
    "services": {"web": target, "sockets": sockets},
    "deletion_protection": True,
}


def make(guarded):
    LoadBalancer("lb", balancer)
    LoadBalancer("lb-plain", {**balancer, "listener": {"protocol": Protocol.HTTP}, "services": {"web": target}})
    LoadBalancer("lb-sockets", {**balancer, "services": {"sockets": sockets}})
    LoadBalancer("guarded-lb", balancer, guarded("lb"))
