from components.server.server_secrets import ServerSecrets, ServerSecretsArgs

secrets: ServerSecretsArgs = {"names": ["SESSION_SECRET", "TOKEN_KEY"]}


def make(guarded):
    ServerSecrets("server-secrets", secrets)
    ServerSecrets("guarded-server-secrets", secrets, guarded("server-secrets"))
