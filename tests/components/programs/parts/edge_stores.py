from components.cloudflare.edge_stores import EdgeNamespace, EdgeQueue

ACCOUNT = "0123456789abcdef0123456789abcdef"


def make(guarded):
    namespace = {"account_id": ACCOUNT, "title": "shop-sessions", "deletion": "protect"}
    queue = {
        "account_id": ACCOUNT,
        "queue_name": "shop-mails",
        "dead_letter_name": "shop-mails-dead",
        "deletion": "protect",
    }
    EdgeNamespace("edge-namespace", namespace)
    EdgeNamespace("edge-namespace-left-behind", {**namespace, "title": "try", "deletion": "retain"})
    EdgeNamespace("guarded-edge-namespace", namespace, guarded("edge-namespace"))
    EdgeQueue("edge-queue", queue)
    EdgeQueue("edge-queue-thrown-away", {"account_id": ACCOUNT, "queue_name": "try", "deletion": "destroy"})
    EdgeQueue("guarded-edge-queue", queue, guarded("edge-queue"))
