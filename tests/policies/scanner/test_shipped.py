"""An independent scanner finds nothing in our stacks but what a list says, with a reason each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from policies.catalogue import RULES
from tests.policies.plain import planned as plain
from tests.policies.plans import plan_of, resource
from tests.policies.scanner.checkov import Failed, Scan, scan
from tests.policies.scanner.terraform import addresses, terraform_plan
from tests.stacks.forms import FORMS, MORE
from tests.stacks.project import IN_AWS, planned, record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plan.model import Value

BAD, GOOD = "plain-bad", "plain-good"
FEWEST = 20  # resources of AWS in the smallest plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A finding that stands, and why."""

    check: str
    resource: str
    reason: str
    stacks: str = "*"

    def covers(self, found: Failed) -> bool:
        return (
            found.check == self.check
            and fnmatchcase(found.resource, self.resource)
            and fnmatchcase(found.stack, self.stacks)
        )


ACCEPTED = [Accepted(**each) for each in yaml.safe_load((Path(__file__).parent / "accepted.yaml").read_text())]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """One run over all plans of this module: its start takes longer than a plan."""
    names = [*IN_AWS, *MORE]
    record(names)
    plans = {name: planned(name).plan for name in names}
    plain_ones = {BAD: plain("bad").plan, GOOD: plain("good").plan}
    return scan({**plans, **plain_ones}, tmp_path_factory.mktemp("terraform"))


def uncovered(found: Iterable[Failed]) -> dict[str, list[str]]:
    """What no line covers, by check."""
    told = defaultdict(list)
    for each in sorted(found):
        if not any(line.covers(each) for line in ACCEPTED):
            told[each.check].append(f"{each.stack}: {each.resource}")
    return dict(told)


def ours(scanned: Scan) -> list[Failed]:
    return [each for each in scanned.failed if each.stack not in (BAD, GOOD)]


def test_the_scanner_finds_nothing_in_our_stacks_that_is_not_accepted(scanned: Scan) -> None:
    assert uncovered(ours(scanned)) == {}


def test_every_accepted_finding_is_still_found(scanned: Scan) -> None:
    assert [each for each in ACCEPTED if not any(each.covers(found) for found in ours(scanned))] == []


def test_every_accepted_finding_has_a_reason() -> None:
    assert [each.check for each in ACCEPTED if len(each.reason.split()) < 5 or not each.reason.endswith(".")] == []


# Of these types checkov asks nothing by themselves: what it has to say of them it says of what they belong to. Of
# records it asks those that name an address.
NEVER_ASKED = {
    "aws_acm_certificate_validation",
    "aws_appautoscaling_policy",
    "aws_appautoscaling_target",
    "aws_autoscaling_policy",
    "aws_cloudfront_cache_policy",
    "aws_cloudfront_function",
    "aws_cloudfront_origin_access_control",
    "aws_cloudwatch_dashboard",
    "aws_db_parameter_group",
    "aws_db_proxy",
    "aws_db_proxy_default_target_group",
    "aws_db_proxy_target",
    "aws_db_subnet_group",
    "aws_default_route_table",
    "aws_default_security_group",
    "aws_dlm_lifecycle_policy",
    "aws_ecs_cluster_capacity_providers",
    "aws_egress_only_internet_gateway",
    "aws_elasticache_subnet_group",
    "aws_flow_log",
    "aws_glue_connection",
    "aws_iam_instance_profile",
    "aws_internet_gateway",
    "aws_kms_key_policy",
    "aws_lambda_invocation",
    "aws_lb_listener_rule",
    "aws_nat_gateway",
    "aws_rds_cluster_parameter_group",
    "aws_route53_record",
    "aws_route_table_association",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_secretsmanager_secret_version",
    "aws_sns_topic_subscription",
    "aws_vpc_endpoint",
    "aws_wafv2_web_acl_association",
}


def test_the_scanner_sees_all_that_there_is(scanned: Scan) -> None:
    plans = {name: planned(name).plan for name in (*IN_AWS, *MORE)}
    plans |= {BAD: plain("bad").plan, GOOD: plain("good").plan}
    made = {(name, address) for name, plan in plans.items() for address in addresses(plan)}
    assert min(Counter(name for name, _ in made).values()) > FEWEST
    assert scanned.resources == len(made)
    assert scanned.asked - made == set()
    assert {address.partition(".")[0] for _, address in made - scanned.asked} == NEVER_ASKED


# What checkov finds in the bad program and our rules find under the same number: it reads all of these from our form.
SEEN = {
    "CKV2_AWS_28",
    "CKV2_AWS_34",
    "CKV2_AWS_42",
    "CKV2_AWS_50",
    "CKV2_AWS_57",
    "CKV_AWS_103",
    "CKV_AWS_129",
    "CKV_AWS_131",
    "CKV_AWS_139",
    "CKV_AWS_150",
    "CKV_AWS_157",
    "CKV_AWS_16",
    "CKV_AWS_163",
    "CKV_AWS_17",
    "CKV_AWS_174",
    "CKV_AWS_2",
    "CKV_AWS_21",
    "CKV_AWS_249",
    "CKV_AWS_261",
    "CKV_AWS_286",
    "CKV_AWS_288",
    "CKV_AWS_289",
    "CKV_AWS_29",
    "CKV_AWS_293",
    "CKV_AWS_30",
    "CKV_AWS_31",
    "CKV_AWS_315",
    "CKV_AWS_328",
    "CKV_AWS_333",
    "CKV_AWS_336",
    "CKV_AWS_34",
    "CKV_AWS_341",
    "CKV_AWS_51",
    "CKV_AWS_62",
    "CKV_AWS_63",
    "CKV_AWS_65",
    "CKV_AWS_66",
    "CKV_AWS_7",
    "CKV_AWS_79",
    "CKV_AWS_8",
    "CKV_AWS_91",
    "CKV_AWS_96",
}


def test_the_scanner_sees_in_the_bad_program_what_our_rules_see(scanned: Scan) -> None:
    broken = {each.rule for each in plain("bad").findings if each.status == "violation"}
    ours = {check for rule in RULES if rule.id in broken for check in rule.references if check.startswith("CKV")}
    assert SEEN - ours == set()
    assert SEEN - scanned.checks(BAD) == set()


def test_the_scanner_sees_none_of_it_in_the_good_program(scanned: Scan) -> None:
    # It takes every parameter that is no SecureString for a secret, an address of a cache too.
    assert scanned.checks(GOOD) & SEEN == {"CKV2_AWS_34"}


@pytest.mark.slow
def test_the_scanner_finds_nothing_more_in_any_form(tmp_path: Path) -> None:
    record(FORMS)
    assert uncovered(scan({name: planned(name).plan for name in FORMS}, tmp_path).failed) == {}


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [("aws:glacier/vault:Vault", {}), ("aws:ec2/vpc:Vpc", {"surprises": [{"what": "a block"}]})],
    ids=["a type", "a list of blocks"],
)
def test_what_has_no_name_in_terraform_is_refused(kind: str, inputs: dict[str, Value]) -> None:
    with pytest.raises(KeyError, match=r"names.yaml does not say what Terraform calls .*(vault|surprises)"):
        terraform_plan(plan_of([resource(kind, "it", inputs)]))
