"""A Pulumi language host for Python, for engines that came without the official one (`docs/engine.md`).

The engine starts it with its own address as the argument, reads the port from the first line of output and shows
whatever comes on stdout and stderr after that as the stack's messages; so the program simply inherits both.
"""

# ruff: noqa: N802 - the protocol names the methods

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # this process runs nothing of the user's

from slipway.simulated.plugin import serve, use_protocol_without_sdk
from tools.language_host.children import Children, outputs, stop
from tools.language_host.interpreter import Interpreter, InterpreterError, choose
from tools.language_host.warm import start as start_warm

use_protocol_without_sdk()

from google.protobuf import empty_pb2, json_format  # noqa: E402 - what is above makes it importable
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = "0.1.0"
RUNNER = str(Path(__file__).with_name("runner.py"))
ALREADY_REPORTED = 32  # the runner's exit code when the engine has the error already
DISTRIBUTIONS = """
import importlib.metadata, json
print(json.dumps([(each.name, each.version) for each in importlib.metadata.distributions()]))
"""
PYTHON_VERSION = "import platform; print(platform.python_version())"


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """The engine's questions about a Python project, each answered as the official host answers it.

    Requests, answers and contexts are generated messages whose types the SDK does not export, hence `Any`.
    """

    def __init__(self, engine: str) -> None:
        """`engine` is the engine's address, which programs and policy packs talk to."""
        self._engine = engine
        self.children = Children()

    def Handshake(self, request: Any, _context: Any) -> Any:
        """An engine that attaches to a running host tells its address so."""
        self._engine = request.engine_address
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        """Our own version: none of the official host's numbers fits."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetRequiredPlugins(self, _request: Any, _context: Any) -> Any:
        """None: see `GetRequiredPackages`."""
        return language_pb2.GetRequiredPluginsResponse()

    def GetRequiredPackages(self, _request: Any, _context: Any) -> Any:
        """None: the engine then loads a provider when a resource first asks for it, which saves listing packages."""
        return language_pb2.GetRequiredPackagesResponse()

    def RuntimeOptionsPrompts(self, _request: Any, _context: Any) -> Any:
        """Nothing is asked."""
        return language_pb2.RuntimeOptionsResponse()

    def About(self, request: Any, _context: Any) -> Any:
        """The project's interpreter and its version."""
        python = _interpreter(request.info).path
        return language_pb2.AboutResponse(executable=python, version=_ask(python, PYTHON_VERSION))

    def GetProgramDependencies(self, request: Any, _context: Any) -> Any:
        """The distributions in the project's environment, needed directly or not."""
        listed = json.loads(_ask(_interpreter(request.info).path, DISTRIBUTIONS))
        found = [language_pb2.DependencyInfo(name=name, version=version) for name, version in sorted(listed)]
        return language_pb2.GetProgramDependenciesResponse(dependencies=found)

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program to its end. `bail` says that the engine was told of the error already."""
        try:
            python = _interpreter(request.info, os.environ.get("PULUMI_PYTHON_CMD") or sys.executable)
        except InterpreterError as error:
            return language_pb2.RunResponse(error=str(error))
        folder = request.pwd or request.info.program_directory
        job = json.dumps(self._job(request)).encode()  # configuration has secrets: in no argument, in no environment
        warm = start_warm(python.path, folder, python.variables(), job)
        cold = [python.path, "-u", RUNNER, "program"]
        program = self.children.add(warm) if warm else self.children.start(cold, folder, python.variables(), job)
        context.add_callback(lambda: stop(program))  # the call ended, however it ended
        code = self.children.wait(program)
        if code in (0, ALREADY_REPORTED):
            return language_pb2.RunResponse(bail=code == ALREADY_REPORTED)
        how = f"was ended by signal {-code}" if code < 0 else f"exited with non-zero exit code: {code}"
        return language_pb2.RunResponse(error=f"program {how}")

    def _job(self, request: Any) -> dict[str, Any]:
        return {
            "entry": request.info.entry_point or ".",
            "arguments": list(request.args),
            "config": dict(request.config),
            "secret_keys": list(request.configSecretKeys),
            "settings": {
                "project": request.project,
                "stack": request.stack,
                "organization": request.organization,
                "monitor": request.monitor_address,
                "engine": self._engine,
                "parallel": request.parallel,
                "dry_run": request.dryRun,
                "root_directory": request.info.root_directory,
            },
        }

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a policy pack (kind `analyzer`) or a provider written in Python, and stream what it says.

        The engine ends a plugin by cancelling the call.
        """
        python, folder = _interpreter(request.info), request.info.program_directory
        kind, where = ("policies", folder) if request.kind == "analyzer" else ("plugin", request.pwd)
        variables = python.variables() | dict(entry.split("=", 1) for entry in request.env if "=" in entry)
        command = [python.path, "-u", RUNNER, kind, folder, *request.args]
        plugin = self.children.start(command, where, variables, piped=True)
        context.add_callback(plugin.kill)
        for name, data in outputs(plugin):
            if name == "stdout":
                yield language_pb2.RunPluginResponse(stdout=data)
            else:
                yield language_pb2.RunPluginResponse(stderr=data)
        yield language_pb2.RunPluginResponse(exitcode=self.children.wait(plugin))

    def Cancel(self, _request: Any, _context: Any) -> Any:
        """The user's ctrl-C, or a failure elsewhere: what runs is asked to end."""
        self.children.interrupt()
        return empty_pb2.Empty()


def _interpreter(info: Any, default: str = sys.executable) -> Interpreter:
    return choose(Path(info.root_directory), json_format.MessageToDict(info.options), default)


def _ask(python: str, code: str) -> str:
    return subprocess.run([python, "-c", code], capture_output=True, check=True, text=True).stdout.strip()


def main() -> None:
    """Serve the engine whose address is the last argument; there may be flags of its own before it."""
    host = LanguageHost(sys.argv[-1] if len(sys.argv) > 1 else "")
    serve(lambda server: language_pb2_grpc.add_LanguageRuntimeServicer_to_server(host, server), host.children.kill)


if __name__ == "__main__":
    main()
