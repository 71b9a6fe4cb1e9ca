"""The records that a stack's mail needs, in any zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.email import NoEmail

if TYPE_CHECKING:
    from components.aws.zone import MailRecordArgs
    from config.application import Application


def mail(application: Application) -> dict[str, MailRecordArgs]:
    """The records by role, none where the application sends no mail."""
    email = application.email
    if isinstance(email, NoEmail):
        return {}
    found: dict[str, MailRecordArgs] = {}
    for role, record in email.records().items():
        found[role] = {"type": record.type, "name": record.name, "content": record.content}
        if record.priority is not None:
            found[role]["priority"] = record.priority
    return found
