"""A module that the provider finds when it is unpickled."""


def call(name: str) -> str:
    return f"Here, {name}!"
