"""`python -m slipway.simulated PACKAGE VERSION SDK-FOLDER ENGINE-ADDRESS`: what an engine's provider plugin runs.

The rest is in the environment: SLIPWAY_SIMULATED_STATE is the cloud's folder, SLIPWAY_SIMULATED_ANSWERS an answers
file (`docs/answers.md`) as JSON, or empty, SLIPWAY_SIMULATED_AUTONAME not empty for physical names,
SLIPWAY_SIMULATED_SETTINGS a folder of stack files, or empty.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from slipway.simulated.plugin import serve, use_protocol_without_sdk

use_protocol_without_sdk()

from pulumi.runtime.proto import provider_pb2_grpc  # noqa: E402 - what is above makes it importable

from slipway.simulated.faulty import FaultyProvider  # noqa: E402
from slipway.simulated.sdk import Sdk  # noqa: E402


def main() -> None:
    """Serve the package that the arguments name."""
    package, version, folder = sys.argv[1:4]
    state, answers = os.environ["SLIPWAY_SIMULATED_STATE"], os.environ.get("SLIPWAY_SIMULATED_ANSWERS")
    given = json.loads(Path(answers).read_text(encoding="utf-8")) if answers else {}
    autoname = bool(os.environ.get("SLIPWAY_SIMULATED_AUTONAME"))
    settings = Path(os.environ["SLIPWAY_SIMULATED_SETTINGS"]) if os.environ.get("SLIPWAY_SIMULATED_SETTINGS") else None
    sdk = Sdk(package, version, Path(folder))
    provider = FaultyProvider(sdk, Path(state), given, autoname=autoname, settings=settings)
    serve(lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server))


if __name__ == "__main__":
    main()
