import pulumi

from components.server.server_ready import ServerReady, ServerReadyArgs

known: ServerReadyArgs = {
    "server_id": pulumi.Output.from_input("server-1"),
    "address": "203.0.113.7",
    "host_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8o7yGhZ9a2bRr3kq5vXQ0dJtYw1mNcLeKfPzSxUoVi",
}
first_believed: ServerReadyArgs = {"server_id": "server-2", "address": "203.0.113.8"}


def make(guarded):
    ServerReady("server-ready", known)
    ServerReady("server-ready-first-believed", first_believed)
    ServerReady("guarded-server-ready", known, guarded("server-ready"))
