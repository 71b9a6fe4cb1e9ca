from components.app.application import Application, ApplicationArgs

facts: ApplicationArgs = {
    "application": "shop",
    "environment": "production",
    "topology": "aws-ec2",
    "required_tags": {"application": "shop"},
    "redis": "managed",
}


def make(guarded):
    Application("guarded-application", facts, guarded("application"))
