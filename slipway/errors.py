"""The ways a command ends other than clean, each with its exit code."""

from __future__ import annotations

from slipway.exit_codes import FAILED, USAGE


class SlipwayError(Exception):
    """Ends a command with a message for the user: where, what was given, what is allowed, what to do.

    `output` is what the user's program printed before it failed, shown ahead of the message.
    """

    exit_code = FAILED

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class ProgramError(SlipwayError):
    """The program, its interpreter or the machine failed."""


class UsageError(SlipwayError):
    """Wrong usage, or a file of the user's that does not fit."""

    exit_code = USAGE
