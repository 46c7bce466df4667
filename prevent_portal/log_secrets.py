"""Keeps secrets that stand in addresses out of the machine's log, where they would open doors for whoever reads it."""

import logging
import re

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
