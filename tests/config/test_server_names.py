from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.config.conftest import Files


def named(files: Files, application: str, service: str) -> Files:
    """The same with other names."""
    text = files.application.read_text().replace("name: videochat", f"name: {application}")
    text = text.replace("\n  signal:", f"\n  {service}:").replace(": signal", f": {service}")
    files.application.with_name(f"{application}.yaml").write_text(text)
    stack = files.stack.read_text().replace("slipway:app: videochat", f"slipway:app: {application}")
    files.stack.write_text(stack.replace("{signal: {hosts", f"{{{service}: {{hosts"))
    return files


@pytest.mark.parametrize("application", ["node", "systemd"])
def test_an_application_has_another_name_than_what_the_server_has_itself(
    files_of: Callable[[str], Files], application: str
) -> None:
    (message,) = named(files_of("videochat-server"), application, "signal").messages()
    assert message == (
        f'apps/{application}.yaml:3: name: given "{application}"; the server has a folder, users or units under this'
        f" name itself; give the application another name, as in {application}-app"
    )


def test_a_service_does_not_run_as_nginx_does(files_of: Callable[[str], Files]) -> None:
    (message,) = named(files_of("videochat-server"), "www", "data").messages()
    assert message == (
        'Pulumi.videochat-server.yaml:20: slipway:overrides.services.data: given "data"; together with the'
        " application's name it is www-data, as whom nginx runs; give the service another name"
    )


@pytest.mark.parametrize(("application", "service"), [("www", "signal"), ("shop", "data"), ("node-app", "signal")])
def test_other_names_are_taken(files_of: Callable[[str], Files], application: str, service: str) -> None:
    stack = named(files_of("videochat-server"), application, service).read().stack
    assert (stack.app, list(stack.application.services)) == (application, [service])
