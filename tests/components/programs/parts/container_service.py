from components.docker.container_service import ContainerService, ContainerServiceArgs

service: ContainerServiceArgs = {
    "image": f"registry.example.com/shop@sha256:{'5b0c5a1f' * 8}",
    "alias": "api",
    "networks": {"front": "front", "data": "data"},
    "command": ["node", "dist/index.js"],
    "port": 3001,
    "health_path": "/health",
    "health_interval": 15,
    "health_timeout": 5,
    "environment": {"PORT": "3001"},
    "secrets": {"DATABASE_URL": "postgresql://shop:hunter2@postgres/shop"},
    "labels": {"application": "shop"},
    "memory": 512,
    "read_only": True,
    "volumes": {"/var/lib/shop": "shop-data"},
    "stop_seconds": 60,
    "overlap": True,
    "migration": ["npm", "run", "migrate"],
    "after": {},
}
alone: ContainerServiceArgs = {
    "image": service["image"],
    "alias": "worker",
    "networks": {"front": "front"},
    "command": [],
    "port": 3002,
    "health_interval": 15,
    "health_timeout": 5,
    "environment": {},
    "secrets": {},
    "labels": {},
    "memory": 256,
    "read_only": False,
    "volumes": {},
    "stop_seconds": 30,
    "overlap": False,
    "after": {"migration": "run-1"},
}


def make(guarded):
    ContainerService("container-service", service)
    ContainerService("container-service-alone", alone)
    ContainerService("guarded-container-service", service, guarded("container-service"))
