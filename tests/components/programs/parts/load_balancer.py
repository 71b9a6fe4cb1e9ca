from components.aws.listeners import Protocol, TargetArgs
from components.aws.load_balancer import LoadBalancer, LoadBalancerArgs

target: TargetArgs = {
    "port": 3001,
    "health_path": "/health",
    "health_interval": 15,
    "health_timeout": 5,
    "websockets": False,
    "long_polling": False,
    "hosts": [],
    "paths": [],
}
sockets: TargetArgs = {**target, "port": 3002, "websockets": True, "paths": ["/socket.io/*"]}
polling: TargetArgs = {**sockets, "long_polling": True}
balancer: LoadBalancerArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "listener": {"protocol": Protocol.HTTPS, "certificate_arn": "arn:aws:acm:us-east-1:123456789012:certificate/1"},
    "services": {"web": target, "sockets": sockets},
    "deletion_protection": True,
    "access_logs": {"days": 90, "destroy": False},
    "firewall": {"rate_limit": 2000, "exempt_paths": ["/hooks/pay", "/hooks/book", "/hooks/pay"]},
}
plain: LoadBalancerArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": balancer["subnet_ids"],
    "listener": {"protocol": Protocol.HTTP},
    "services": {"web": target},
    "deletion_protection": False,
}


def make(guarded):
    LoadBalancer("lb", balancer)
    LoadBalancer("lb-plain", plain)
    LoadBalancer(
        "lb-sockets",
        {
            **balancer,
            "services": {"sockets": polling},
            "access_logs": {"days": 7, "destroy": True},
            "firewall": {"rate_limit": 100, "exempt_paths": [], "address_header": "CF-Connecting-IP"},
        },
    )
    LoadBalancer(
        "lb-hook", {**plain, "firewall": {"rate_limit": 100, "exempt_paths": ["/hooks/pay"]}}
    )
    LoadBalancer("guarded-lb", balancer, guarded("lb"))
