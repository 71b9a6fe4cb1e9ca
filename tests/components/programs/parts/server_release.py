import pulumi

from components.server.server_release import ServerRelease, ServerReleaseArgs

release: ServerReleaseArgs = {
    "server_id": "server-1",
    "address": "203.0.113.7",
    "private_key": "key-of-the-example",
    "host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8o7yGhZ9a2bRr3kq5vXQ0dJtYw1mNcLeKfPzSxUoVi",
    "document": '{"secrets": "document-of-the-example"}',
}
unchecked: ServerReleaseArgs = {
    "server_id": pulumi.Output.from_input("server-2"),
    "address": "203.0.113.7",
    "private_key": release["private_key"],
    "document": release["document"],
}


def make(guarded):
    ServerRelease("server-release", release)
    ServerRelease("server-release-unchecked", unchecked)
    ServerRelease("guarded-server-release", release, guarded("server-release"))
