"""What all strategies over stack files are put together from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Data = dict[str, Any]  # Any: plain data, as deep as a stack file
_HEX = "0123456789abcdef"
NOTHING: SearchStrategy[Data] = st.builds(dict)  # a new one each time: what is drawn is added to


def maybe(key: str, values: SearchStrategy[Any]) -> SearchStrategy[Data]:
    """A mapping with this key, or an empty one."""
    return NOTHING | values.map(lambda value: {key: value})


def hexadecimal(digits: int) -> SearchStrategy[str]:
    return st.text(_HEX, min_size=digits, max_size=digits)


def stack_file(app: str, environment: str, topology: Data, overrides: Data, more: Data | None = None) -> Data:
    """A stack file of one application; `more` are further settings, by their whole names."""
    return {
        "config": {
            "slipway:app": app,
            "slipway:environment": environment,
            **(more or {}),
            "slipway:topology": topology,
            "slipway:overrides": overrides,
            "pulumi:disable-default-providers": ["*"],
        }
    }
