from components.app.application import Application, ApplicationArgs

facts: ApplicationArgs = {
    "application": "shop",
    "environment": "production",
    "topology": "aws-ec2",
    "required_tags": {"application": "shop"},
    "redis": "managed",
    "exceptions": [
        {
            "rule": "shared-redis",
            "resource": "aws:elasticache/replicationGroup:ReplicationGroup::shop-cache-valkey",
            "reason": "both are filled by the same job",
            "owner": "shop-team@example.com",
            "expires": "2027-03-31",
        }
    ],
}


def make(guarded):
    Application("guarded-application", facts, guarded("application"))
