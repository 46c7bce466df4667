"""What the machine's log keeps: no secrets that would open doors for its readers, no traceback where nothing broke."""

import logging
import re

from django.core.exceptions import PermissionDenied

_SECRETS = re.compile(
    # One-time links and calendars: /answer/<council>/<secret>/, /calendar/<council>/<secret>.ics; setting a password.
    r"(/(?:answer|calendar)/[^/\s]+/|/password/reset/key/)[^/\s\"'.]+"
)


class HideSecrets(logging.Filter):
    """Puts "..." for the secret of an address in a message; to be set on handlers, which see every logger's lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = _SECRETS.sub(r"\1...", message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True


class NoTracebackOfRefusals(logging.Filter):
    """Leaves the line that says who was refused what, without the traceback that Django adds: nothing is broken."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = None
        return True
