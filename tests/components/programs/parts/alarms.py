from components.aws.alarms import Alarms, AlarmsArgs
from config.alerts import Metric, Severity

# One alarm of each metric, with names that deployment would tell written out.
everything: AlarmsArgs = {
    "emails": ["ops@example.com", "on-call@example.com", "ops@example.com"],
    "alarms": {
        "errors": {"metric": Metric.ERROR_RATE, "above": 5, "severity": Severity.CRITICAL, "seconds": 60},
        "slow": {"metric": Metric.RESPONSE_TIME, "above": 2, "severity": Severity.CRITICAL, "seconds": 120},
        "slowest": {"metric": Metric.RESPONSE_TIME_P95, "above": 1.5, "severity": Severity.WARNING, "seconds": 300},
        "cpu": {"metric": Metric.CPU, "above": 70, "severity": Severity.WARNING, "seconds": 300},
        "memory": {"metric": Metric.MEMORY, "above": 80, "severity": Severity.WARNING, "seconds": 300},
        "memory-used": {"metric": Metric.MEMORY_MIB, "above": 300, "severity": Severity.WARNING, "seconds": 300},
        "down": {"metric": Metric.UNHEALTHY_INSTANCES, "above": 0, "severity": Severity.CRITICAL, "seconds": 30},
        "connections": {
            "metric": Metric.DATABASE_CONNECTIONS,
            "above": 90,
            "severity": Severity.WARNING,
            "seconds": 300,
        },
        "behind": {"metric": Metric.REPLICA_LAG, "above": 600, "severity": Severity.WARNING, "seconds": 300},
        "redis": {"metric": Metric.REDIS_MEMORY, "above": 75, "severity": Severity.WARNING, "seconds": 300},
        "redis-used": {"metric": Metric.REDIS_MEMORY_MIB, "above": 400, "severity": Severity.WARNING, "seconds": 90},
        "turn": {
            "metric": Metric.CUSTOM,
            "name": "TurnFallbackPercent",
            "above": 30,
            "severity": Severity.WARNING,
            "seconds": 600,
        },
    },
    "services": {
        "web": {"group_name": "web-asg", "target_group_arn_suffix": "targetgroup/web/1", "unit": "shop-web"},
        "jobs": {"group_name": "jobs-asg", "unit": "shop-jobs"},
        "chat": {"target_group_arn_suffix": "targetgroup/chat/2", "unit": "shop-chat"},  # on the machines of web
    },
    "load_balancer_arn_suffix": "app/shop/9",
    "cache": {"node_ids": {"primary": "shop-001", "replica": "shop-002"}},
    "database": {
        "identifier": "shop-db",
        "max_connections": 112,
        "replicas": {"replica-1": "shop-db-replica-1"},
    },
    "metric_namespace": "Shop",
    "secret_age_days": 90,
    "region": "us-east-1",
}
aurora: AlarmsArgs = {
    "emails": [],
    "alarms": {
        "busy": {"metric": Metric.DATABASE_CONNECTIONS, "above": 80, "severity": Severity.WARNING, "seconds": 300},
        "behind": {"metric": Metric.REPLICA_LAG, "above": 10, "severity": Severity.WARNING, "seconds": 300},
    },
    "services": {},
    "database": {
        "identifier": "shop-server-1",
        "max_connections": 200,
        "replicas": {"server-2": "shop-server-2"},
        "aurora": True,
    },
    "metric_namespace": "Shop",
    "secret_age_days": 90,
    "region": "us-east-1",
}
alone: AlarmsArgs = {
    "emails": [],
    "alarms": {},
    "services": {"jobs": {"group_name": "jobs-asg", "unit": "shop-jobs"}},
    "metric_namespace": "Shop",
    "secret_age_days": 90,
    "region": "us-east-1",
}
tasks: AlarmsArgs = {
    "emails": [],
    "alarms": {name: everything["alarms"][name] for name in ("cpu", "memory", "memory-used", "down")},
    "services": {
        "web": {
            "tasks": {"cluster_name": "shop", "service_name": "web-1"},
            "target_group_arn_suffix": "targetgroup/web/1",
        },
    },
    "load_balancer_arn_suffix": "app/shop/9",
    "metric_namespace": "Shop",
    "secret_age_days": 90,
    "region": "us-east-1",
}


def make(guarded):
    Alarms("alarms", everything)
    Alarms("alarms-alone", alone)
    Alarms("alarms-tasks", tasks)
    Alarms("alarms-aurora", aurora)
    Alarms("guarded-alarms", everything, guarded("alarms"))
