# Not secrets.py: the folder of the program comes first on the path, and would hide that module of Python.
import pulumi

from components.aws.secrets import Secrets, SecretsArgs
from config.values import Deletion

secrets: SecretsArgs = {
    "secrets": {
        "SESSION_SECRET": {"generate": True},
        "MAIL_PASSWORD": {"generate": False, "value": pulumi.Output.secret("mail-value-of-the-example")},
        "PLAIN_TOKEN": {"generate": False, "value": "plain-value-of-the-example"},
    },
    "recovery_days": 30,
    "deletion": Deletion.PROTECT,
}


def make(guarded):
    Secrets("secrets", secrets)
    Secrets("secrets-retained", {**secrets, "deletion": Deletion.RETAIN})
    Secrets("secrets-gone", {**secrets, "recovery_days": 0, "deletion": Deletion.DESTROY})
    Secrets("guarded-secrets", {**secrets, "deletion": Deletion.DESTROY}, guarded("secrets"))
