"""An asynchronous program."""

import asyncio

import pulumi
import pulumi_aws as aws


async def main():
    await asyncio.sleep(0)
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    return {"id": vpc.id}


pulumi.run(main)
