"""A frontend of static files at Cloudflare Pages: a project and its host names."""

import base64
import shlex
from typing import Any

import pulumi

from components.cloudflare.pages_args import PagesBuildArgs, PagesEnvironmentArgs, PagesPreviewsArgs, PagesSiteArgs
from components.cloudflare.pages_headers import headers_file
from components.cloudflare.sdk import cloudflare
from components.deletion import forgotten, kept
from config.pages import NO_SUCH_FILE
from config.pages_environment import HEADERS_VARIABLE
from config.values import Deletion

_BUILD_IMAGE = 3  # Cloudflare's newest major version in November 2026; without it, updates choose one


class PagesSite(pulumi.ComponentResource):
    """Guarantees that files are shown with their security headers, and that a secret is never a plain variable.

    Where Cloudflare builds, each build gets the headers that are deployed; what is uploaded brings them in `_headers`.
    An address that names no file is answered with index.html, but below /assets/ it is 404 and never a page: a browser
    would keep a page in the place of a script. Everything that Cloudflare would fill in by itself is said: the provider
    would take it for a change at each deployment.
    """

    project_name: pulumi.Output[str]
    """The project's name, for whoever releases; known once it is there."""
    subdomain: pulumi.Output[str]
    """Its name at pages.dev, to which its host names lead and below which previews are."""
    url: pulumi.Output[str]
    """The address of the pages: https://, without a slash at the end."""
    headers: pulumi.Output[str]
    """The file `_headers` of its builds."""

    def __init__(self, name: str, args: PagesSiteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:cloudflare:PagesSite", name, {}, opts)
        deletion = Deletion(args["deletion"])
        child = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=self), forgotten(deletion))
        headers = headers_file(args["sources"], own_address=bool(args["hosts"]))
        self.headers = pulumi.Output.from_input(headers)
        project = cloudflare.PagesProject(
            f"{name}-project",
            account_id=args["account_id"],
            name=args["project_name"],
            production_branch=args["branch"],
            build_config=_build(args),
            source=_source(args),
            deployment_configs=cloudflare.PagesProjectDeploymentConfigsArgs(
                production=_environment("Production", args, args["production"], headers),
                preview=_environment("Preview", args, args["preview"], headers),
            ),
            opts=pulumi.ResourceOptions.merge(child, kept(deletion)),
        )
        for host in args["hosts"]:
            cloudflare.PagesDomain(
                f"{name}-{host}", account_id=args["account_id"], project_name=project.name, name=host, opts=child
            )
        self.project_name = project.name
        self.subdomain = project.subdomain
        self.url = pulumi.Output.concat("https://", args["hosts"][0] if args["hosts"] else project.subdomain)
        self.register_outputs(
            {
                "projectName": self.project_name,
                "subdomain": self.subdomain,
                "url": self.url,
                "headers": self.headers,
            }
        )


def _build(args: PagesSiteArgs) -> cloudflare.PagesProjectBuildConfigArgs:
    build = args.get("build")
    return cloudflare.PagesProjectBuildConfigArgs(
        build_caching=build is not None,
        build_command=build_command(build) if build else "",
        destination_dir=build["output"] if build else "",
        root_dir=build["directory"] if build else "",
    )


def build_command(build: PagesBuildArgs) -> str:
    """What Cloudflare runs: the build, and then what no build of Vite has: the headers, and the answer to a lost file.

    The page for what is missing below assets stands there, since Pages takes the nearest; one at the top would end
    what a single-page application needs, that its addresses are answered with index.html.
    """
    output = shlex.quote(build["output"])
    headers = f'printf %s "${HEADERS_VARIABLE}" | base64 -d > {output}/_headers'
    missing = f"mkdir -p {output}/assets && echo {shlex.quote(NO_SUCH_FILE)} > {output}/assets/404.html"
    return f"{build['command']} && {headers} && {missing}"


def _source(args: PagesSiteArgs) -> cloudflare.PagesProjectSourceArgs | None:
    build, previews = args.get("build"), args["previews"]
    if build is None:
        return None
    return cloudflare.PagesProjectSourceArgs(
        type=build["kind"],
        config=cloudflare.PagesProjectSourceConfigArgs(
            owner=build["owner"],
            repo_name=build["repository"],
            production_branch=args["branch"],
            production_deployments_enabled=True,
            pr_comments_enabled=previews["kind"] != "none",
            path_includes=["*"],
            path_excludes=[],
            **_previews(previews),
        ),
    )


def _previews(previews: PagesPreviewsArgs) -> dict[str, Any]:  # Any: texts and lists of them
    return {
        "preview_deployment_setting": previews["kind"],
        "preview_branch_includes": previews["include"] or ["*"],
        "preview_branch_excludes": previews["exclude"],
    }


def _environment(
    kind: str, args: PagesSiteArgs, told: PagesEnvironmentArgs, headers: str
) -> Any:  # Any: the SDK has a class of its own for each of the two kinds, with the same arguments
    prefix = f"PagesProjectDeploymentConfigs{kind}"

    def each(ending: str, argument: str, values: dict[str, pulumi.Input[str]]) -> dict[str, Any]:  # Any: as above
        made = getattr(cloudflare, f"{prefix}{ending}Args")
        return {name: made(**{argument: value}) for name, value in values.items()}

    variable = getattr(cloudflare, f"{prefix}EnvVarsArgs")
    plain = {**told["variables"], **({HEADERS_VARIABLE: _encoded(headers)} if "build" in args else {})}
    return getattr(cloudflare, f"{prefix}Args")(
        env_vars={
            **{name: variable(type="plain_text", value=value) for name, value in plain.items()},
            **{
                name: variable(type="secret_text", value=pulumi.Output.secret(value))
                for name, value in told.get("secrets", {}).items()
            },
        },
        kv_namespaces=each("KvNamespaces", "namespace_id", told.get("namespaces", {})) or None,
        d1_databases=each("D1Databases", "id", told.get("databases", {})) or None,
        r2_buckets=each("R2Buckets", "name", told.get("buckets", {})) or None,
        queue_producers=each("QueueProducers", "name", told.get("queues", {})) or None,
        hyperdrive_bindings=each("HyperdriveBindings", "id", told.get("hyperdrive", {})) or None,
        durable_object_namespaces=each("DurableObjectNamespaces", "namespace_id", told.get("objects", {})) or None,
        services=each("Services", "service", told.get("services", {})) or None,
        compatibility_date=args["compatibility_date"],
        compatibility_flags=args.get("compatibility_flags", []),
        always_use_latest_compatibility_date=False,
        build_image_major_version=_BUILD_IMAGE,
        fail_open=True,
    )


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
