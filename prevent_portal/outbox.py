"""The outbox: e-mails are written down first and sent afterwards, each at most once.

A row is *claimed*, and the claim committed, before a mail server hears of it. Whoever dies after that leaves a row of
which nobody knows whether it went out; no program sends it again, `unknown()` lists it for a person. What the server
is known not to have taken waits for the next run.

The text is forgotten as soon as an e-mail has gone: it names people's work, and may hold the secret of a one-time link.
"""

import datetime as dt
import logging
import smtplib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import OutgoingMail

logger = logging.getLogger(__name__)

State = OutgoingMail.State

UNKNOWN_AFTER = dt.timedelta(minutes=10)
"""A claim older than this has nobody behind it any more: a server's answer takes seconds."""

ATTEMPTS = 5
"""So often a server may say "not now" before the e-mail counts as refused."""

PERMANENT = 500
"""SMTP replies from 500 on are final, those below mean "try again later" (RFC 5321, section 4.2.1)."""


@dataclass
class Delivery:
    """What became of a run: how many were sent, refused, put off or left unknown, and what stopped it."""

    counts: Counter[str] = field(default_factory=Counter)
    problem: str = ""

    def __getitem__(self, state: State) -> int:
        return self.counts[state]


def put(mails: Iterable[OutgoingMail]) -> int:
    """Put e-mails in the outbox, those left out that were made before; how many were new."""
    mails = list(mails)
    before = OutgoingMail.objects.count()
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    return OutgoingMail.objects.count() - before


def put_and_send(mail: OutgoingMail) -> None:
    """Put one e-mail in the outbox and send it when the transaction has ended well.

    A mail server that does not answer costs the person a wait, not the e-mail: it goes with the next run.
    """
    mail.save()
    transaction.on_commit(lambda: deliver(only=mail.pk), robust=True)


def deliver(*, only: int | None = None) -> Delivery:
    """Send what waits, oldest first. Not to be called inside a transaction: a claim must outlive the process."""
    waiting = OutgoingMail.objects.filter(state=State.WAITING).order_by("made_at", "pk")
    if only is not None:
        waiting = waiting.filter(pk=only)
    result, connection = Delivery(), get_connection()
    for pk in list(waiting.values_list("pk", flat=True)):
        try:
            # Before the claim: what a server that is not there did not take need not be looked into by anybody.
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            result.problem = _("The mail server could not be reached: %(error)s") % {"error": _in_words(error)}
            logger.error("Mail server not reached: %s", _in_words(error))
            break
        if not _claim(pk):
            # Somebody else's run was quicker.
            continue
        mail = OutgoingMail.objects.select_related("user").get(pk=pk)
        result.counts[_send(mail, connection)] += 1
    _close(connection)
    return result


def unknown():
    """E-mails that were claimed and never reported back: a person finds out and says what became of them."""
    is_abandoned = Q(claimed_at__lt=timezone.now() - UNKNOWN_AFTER) | ~Q(problem="")
    return OutgoingMail.objects.filter(is_abandoned, state=State.CLAIMED).order_by("claimed_at", "pk")


def send_again(mail: OutgoingMail) -> bool:
    """A person has found that it did not arrive: it waits again. False if it is not one whose fate is unknown."""
    return bool(unknown().filter(pk=mail.pk).update(state=State.WAITING, claimed_at=None, problem=""))


def count_as_sent(mail: OutgoingMail) -> bool:
    """A person has found that it did arrive. False if it is not one whose fate is unknown."""
    return bool(unknown().filter(pk=mail.pk).update(state=State.SENT, sent_at=F("claimed_at"), text="", html=""))


def _claim(pk: int) -> bool:
    return bool(
        OutgoingMail.objects.filter(pk=pk, state=State.WAITING).update(
            state=State.CLAIMED, claimed_at=timezone.now(), attempts=F("attempts") + 1, problem=""
        )
    )


def _send(mail: OutgoingMail, connection: BaseEmailBackend) -> str:
    """Send a claimed e-mail and write down what became of it; returns its state."""
    if mail.user is not None and not mail.user.is_active:
        return _settle(mail, State.REFUSED, _("The account has been closed."))
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.address], connection=connection)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    # A calendar or a holiday notice must not answer a machine (RFC 3834).
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _reply in error.recipients.values()]
        return _refused(mail, min(codes, default=PERMANENT), error)
    except smtplib.SMTPResponseException as error:
        # After "421" and its like the server hangs up.
        _close(connection)
        return _refused(mail, error.smtp_code, error)
    except (OSError, smtplib.SMTPException) as error:
        # The line broke somewhere between the first word and the last: it may have been taken or not.
        _close(connection)
        return _settle(mail, State.CLAIMED, _in_words(error))
    except ValueError as error:
        return _settle(mail, State.REFUSED, _in_words(error))
    return _settle(mail, State.SENT)


def _refused(mail: OutgoingMail, code: int, error: Exception) -> str:
    is_final = code >= PERMANENT or mail.attempts >= ATTEMPTS
    return _settle(mail, State.REFUSED if is_final else State.WAITING, _in_words(error))


def _settle(mail: OutgoingMail, state: State, problem: str = "") -> str:
    values = {"state": state, "problem": problem[: OutgoingMail._meta.get_field("problem").max_length]}
    if state == State.SENT:
        values |= {"sent_at": timezone.now(), "text": "", "html": ""}
    OutgoingMail.objects.filter(pk=mail.pk, state=State.CLAIMED).update(**values)
    if problem:
        # Not the problem itself: servers like to repeat the address.
        logger.warning("E-mail %s is %s", mail.pk, state.value)
    return state


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        # The next e-mail opens another.
        connection.connection = None


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
