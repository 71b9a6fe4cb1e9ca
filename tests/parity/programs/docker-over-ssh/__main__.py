"""Containers on an engine whose address is known only when its server is there."""

import pulumi
import pulumi_docker as docker
import pulumi_hcloud as hcloud

server = hcloud.Server("server", server_type="cx23", image="debian-12", location="nbg1")
engine = docker.Provider("engine", host=pulumi.Output.concat("ssh://deploy@", server.ipv4_address))
there = pulumi.ResourceOptions(provider=engine)
network = docker.Network("front", internal=True, opts=there)
volume = docker.Volume("data", opts=there)
image = docker.RemoteImage(
    "web",
    name=f"docker.io/library/nginx@sha256:{'5b0c5a1f' * 8}",
    keep_locally=True,
    opts=there,
)
docker.Container(
    "web",
    image=image.image_id,
    envs=["MODE=production", pulumi.Output.concat("SERVER=", server.name)],
    networks_advanced=[docker.ContainerNetworksAdvancedArgs(name=network.name, aliases=["web"])],
    volumes=[docker.ContainerVolumeArgs(container_path="/data", volume_name=volume.name)],
    ports=[docker.ContainerPortArgs(internal=8080, external=8080, ip="127.0.0.1")],
    wait=True,
    opts=there,
)
