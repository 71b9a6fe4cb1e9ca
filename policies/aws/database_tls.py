"""Rule `database-takes-tls-only`: told by a parameter group, or by what an engine's version does by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from policies.aws.types import DATABASE, DATABASE_CLUSTER
from policies.inputs import Field, demand, made
from policies.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plan.graph import Graph
    from policies.finding import Verdict
    from policies.inputs import Answer

_PARAMETER_GROUPS = ("aws:rds/parameterGroup:ParameterGroup", "aws:rds/clusterParameterGroup:ClusterParameterGroup")
_FAMILY = re.compile(r"([a-z-]+?)-?(\d+)(?:\D.*)?")


class _Demand(NamedTuple):
    """The parameter that demands TLS, and the major version from which on it does so where nothing is said."""

    parameter: str
    since: int | None = None


# By the start of an engine's name. Oracle and Db2 demand TLS by other means than a parameter.
_DEMANDS = {
    "aurora-postgresql": _Demand("rds.force_ssl", 17),
    "postgres": _Demand("rds.force_ssl", 15),
    "aurora-mysql": _Demand("require_secure_transport"),
    "mysql": _Demand("require_secure_transport"),
    "mariadb": _Demand("require_secure_transport"),
    "sqlserver": _Demand("rds.force_ssl"),
}


def _judge(graph: Graph) -> Iterator[Verdict]:
    for database in made(graph, DATABASE, DATABASE_CLUSTER):
        name = "parameterGroupName" if database.resource.type == DATABASE else "dbClusterParameterGroupName"
        if database[name].absent and graph.follow(database.resource, "replicateSourceDb", (DATABASE,)):
            continue  # a copy has the parameters of what it copies
        followed = graph.follow(database.resource, name, _PARAMETER_GROUPS)
        group = Field(followed, "", followed.inputs) if followed else None
        field, holds = _forced(database, database[name], group)
        yield from demand(field, holds, "lets clients connect without TLS")


def _forced(database: Field, named: Field, group: Field | None) -> tuple[Field, Answer]:
    """Whether a database takes TLS only, and the field that says so."""
    told = group["family"].text() if group else ""
    family = _FAMILY.fullmatch(told or "")
    engine = database["engine"].text() or (family[1] if family else "")
    if not engine:
        return database["engine"], None
    demanded = next((each for start, each in _DEMANDS.items() if engine.lower().startswith(start)), None)
    if demanded is None:
        return database["engine"], True
    said = _said(group, demanded.parameter) if group else None
    if said:
        return said
    if group is None and named.given and not (named.text() or "").startswith("default."):
        return named, None  # a group that the plan does not hold
    version = database["engineVersion"]
    major = family[2] if family else None if told is None and version.absent else version.text()
    return (named if named.given else version), _by_default(demanded, major)


def _said(group: Field, parameter: str) -> tuple[Field, Answer] | None:
    """What a group says of a parameter, None where it says nothing."""
    for each in group["parameters"].items():
        name = each["name"].text()
        if name is None:
            return each["name"], None
        if name.lower() == parameter:
            return each["value"], each["value"].flag(default=False)
    return None


def _by_default(demanded: _Demand, version: str | None) -> Answer:
    """What an engine does where nothing is said. Where no version is named, AWS takes its latest."""
    if demanded.since is None:
        return False
    major = (version or "").partition(".")[0]
    if version is None or (version and not major.isdecimal()):
        return None
    return not major or int(major) >= demanded.since


RULE = Rule(
    id="database-takes-tls-only",
    title="Databases take encrypted connections only",
    severity="high",
    level="mandatory",
    clouds=("aws",),
    references=("FSBP RDS.38", "FSBP RDS.39", "CKV2_AWS_69"),
    rationale=(
        "A client that forgets TLS sends its password and all rows in plain text. PostgreSQL demands TLS by itself "
        "from version 15 on (Aurora: 17), the others only where a parameter says so."
    ),
    remedy='Set rds.force_ssl="1" (PostgreSQL, SQL Server) or require_secure_transport="ON" in a parameter group.',
    judge=_judge,
)
