from components.docker.container_networks import ContainerNetworks


def make(guarded):
    ContainerNetworks("networks", {"data": True})
    ContainerNetworks("networks-without-data", {"data": False})
    ContainerNetworks("guarded-networks", {"data": True}, guarded("networks"))
