"""Plans for the rules about Pages of Cloudflare."""

from __future__ import annotations

from typing import Any

from plan.model import Unknown
from tests.policies.cases.building import Cases, a

PROJECT = "cloudflare:index/pagesProject:PagesProject"
APPLICATION = "slipway:app:Application"


def built(**config: Any) -> Any:
    said = {"owner": "acme", "repoName": "shop", **config}
    return a(PROJECT, "shop", name="shop", source={"type": "github", "config": said})


def stack(environment: Any) -> Any:
    return a(APPLICATION, "app", environment=environment)


CASES = {
    "pages-previews-chosen": Cases(
        good={
            "none": [built(previewDeploymentSetting="none")],
            "some": [built(previewDeploymentSetting="custom", previewBranchIncludes=["next"])],
            "in other letters": [built(previewDeploymentSetting="NONE")],
            "uploads": [a(PROJECT, "shop", name="shop")],
            "all, in staging": [stack("staging"), built(previewDeploymentSetting="all")],
        },
        bad={
            "all": [built(previewDeploymentSetting="all")],
            "nothing said": [built()],
            "all, in production": [stack("production"), built(previewDeploymentSetting="all")],
            "no word of the repository": [a(PROJECT, "shop", name="shop", source={"type": "github"})],
        },
        unproven={
            "a setting that only deployment tells": [built(previewDeploymentSetting=Unknown())],
            "a repository that only deployment tells": [a(PROJECT, "shop", name="shop", source=Unknown())],
            "an unknown environment": [stack(Unknown()), built(previewDeploymentSetting="all")],
        },
    ),
}
