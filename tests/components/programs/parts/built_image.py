from components.docker.built_image import BuiltImage, BuiltImageArgs

image: BuiltImageArgs = {
    "title": "shop",
    "context": "../shop",
    "dockerfile": "../shop/Dockerfile",
    "content": "5b0c5a1f6c1f3d0e8d0b7d3e9f2a4c6b8e1d7f3a9c5b2e4d6f8a0c1e3b5d7f9a",
    "architecture": "arm64",
    "repository_url": "registry.example.com/shop",
    "cache_ref": "registry.example.com/shop-cache:cache",
    "username": "AWS",
    "password": "hunter2",
}


def make(guarded):
    BuiltImage("image", image)
    BuiltImage("image-of-a-stage", {**image, "target": "production", "architecture": "amd64"})
    BuiltImage("guarded-image", image, guarded("image"))
