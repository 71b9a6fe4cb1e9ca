from components.aws.uptime import AwsUptime
from components.server.uptime import UptimeArgs

uptime: UptimeArgs = {
    "url": "https://shop.example.com/health",
    "emails": ["ops@example.com"],
    "tags": {"application": "shop"},
}


def make(guarded):
    AwsUptime("aws-uptime", uptime)
    AwsUptime("aws-uptime-plain", {**uptime, "url": "http://203.0.113.7:8080/health?deep=1"})
    AwsUptime("guarded-aws-uptime", uptime, guarded("aws-uptime"))
