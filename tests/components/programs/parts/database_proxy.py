from components.aws.database_proxy import DatabaseProxy, DatabaseProxyArgs

proxy: DatabaseProxyArgs = {
    "vpc_id": "vpc-1",
    "subnet_ids": {"us-east-1a": "subnet-a", "us-east-1b": "subnet-b"},
    "instance_identifier": "shop-db",
    "database_client_security_group_id": "sg-database-clients",
    "user": "shop_web",
    "password": "plain-password-of-the-example",
    "recovery_days": 30,
}


cluster: DatabaseProxyArgs = {key: value for key, value in proxy.items() if key != "instance_identifier"}


def make(guarded):
    DatabaseProxy("proxy-cluster", {**cluster, "cluster_identifier": "shop-cluster"})
    DatabaseProxy("proxy", proxy)
    DatabaseProxy("guarded-proxy", proxy, guarded("proxy"))
