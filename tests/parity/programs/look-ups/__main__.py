"""Functions in every form: at once, as an output, awaited, with unknown arguments, behind a dependency."""

import pulumi
import pulumi_aws as aws

zones = aws.get_availability_zones(state="available")
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"zones": ",".join(zones.names)})
for zone in zones.names:
    aws.ec2.Subnet(zone, vpc_id=vpc.id, availability_zone=zone, cidr_block="10.0.0.0/24")
image = aws.ec2.get_ami_output(most_recent=True, owners=["099720109477"])
caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(depends_on=[vpc]))
found = aws.ec2.get_security_group_output(vpc_id=vpc.id, name="default")
secret = aws.ssm.get_parameter_output(name=pulumi.Output.secret("/not/for/plans"))
aws.ec2.Instance("machine", ami=image.id, instance_type="t3.micro", vpc_security_group_ids=[found.id])
region = aws.get_region(opts=pulumi.InvokeOptions(provider=aws.Provider("east", region="us-east-1")))
pulumi.export("region", region.region)
pulumi.export("image", image.id)
pulumi.export("account", caller.account_id)
pulumi.export("parameter", secret.value)
