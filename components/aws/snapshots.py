"""What the service that takes daily snapshots may do. Pure text."""

from __future__ import annotations

from components.aws.iam import policy_document

TAG = "snapshots-by"  # a volume's and its snapshots': the name of the role that takes them


def snapshots_of(volume: str, role: str, region: str) -> str:
    """Take snapshots of that volume only, and delete none but those, which carry its tag."""
    snapshots = f"arn:aws:ec2:{region}::snapshot/*"
    return policy_document(
        {"Effect": "Allow", "Action": "ec2:CreateSnapshot", "Resource": [volume, snapshots]},
        {"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": snapshots},
        {
            "Effect": "Allow",
            "Action": "ec2:DeleteSnapshot",
            "Resource": snapshots,
            "Condition": {"StringEquals": {f"aws:ResourceTag/{TAG}": role}},
        },
        # AWS knows no narrower ones.
        {
            "Effect": "Allow",
            "Action": ["ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"],
            "Resource": "*",
        },
    )
