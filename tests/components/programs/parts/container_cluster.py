from components.aws.container_cluster import ContainerCluster, ContainerClusterArgs

cluster: ContainerClusterArgs = {"shell": False, "region": "us-east-1", "log_days": 30}


def make(guarded):
    ContainerCluster("cluster", cluster)
    opened: ContainerClusterArgs = {**cluster, "shell": True}
    ContainerCluster("cluster-shell", opened)
    ContainerCluster("guarded-cluster", opened, guarded("cluster"))
