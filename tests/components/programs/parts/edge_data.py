from components.cloudflare.edge_data import EdgeDatabase, EdgeSecrets, EdgeUploads

ACCOUNT = "0123456789abcdef0123456789abcdef"


def make(guarded):
    database = {"account_id": ACCOUNT, "database_name": "shop", "location": "weur", "deletion": "protect"}
    uploads = {"account_id": ACCOUNT, "bucket_name": "shop-uploads", "deletion": "protect"}
    EdgeDatabase("edge-database", database)
    EdgeDatabase("edge-database-thrown-away", {**database, "database_name": "try", "deletion": "destroy"})
    EdgeDatabase("guarded-edge-database", database, guarded("edge-database"))
    EdgeUploads("edge-uploads", uploads)
    EdgeUploads("edge-uploads-thrown-away", {**uploads, "bucket_name": "try-uploads", "deletion": "destroy"})
    EdgeSecrets("edge-secrets", {"names": ["SESSION_SECRET"]})
    EdgeSecrets("guarded-edge-secrets", {"names": ["SESSION_SECRET"]}, guarded("edge-secrets"))
    EdgeUploads("guarded-edge-uploads", uploads, guarded("edge-uploads"))
