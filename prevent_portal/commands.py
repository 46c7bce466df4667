"""One contract for every writing command: a dry run unless `--commit`, `--json`, `--actor` and `--reason`."""

import json
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from .audit import acting
from .models import LogEntry, Organisation, User
from .tables_in import Document, UnreadableFile, read_document

REASON_CHARACTERS = LogEntry._meta.get_field("reason").max_length


class PortalCommand(BaseCommand, ABC):
    """A command that reports what it did, or, without `--commit`, what it would do.

    Subclasses implement `run` and `in_words`. `run` works inside one transaction, recorded in the log as done by
    the actor for the reason; without `--commit` the transaction is rolled back when `run` has finished, so a dry
    run goes through everything that the real one does. A `ValidationError` or `PermissionDenied` becomes the
    command's error message, and nothing is written.
    """

    needs_commit = True
    """False for a command that changes no rows (a paper, a table): its lines in the log are always kept."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        if self.needs_commit:
            parser.add_argument("--commit", action="store_true", help="write; without it nothing is kept")
        parser.add_argument("--json", action="store_true", help="print the report as JSON and nothing else")
        parser.add_argument("--actor", metavar="EMAIL", help="whose doing it is; left out: the system's")
        parser.add_argument("--reason", default="", help="why, for the log")

    @abstractmethod
    def run(self, *, actor: User | None, **options: Any) -> dict[str, Any]:
        """Do the work; returns the report, made of what JSON can hold (dates too)."""

    @abstractmethod
    def in_words(self, report: dict[str, Any]) -> Iterable[str]:
        """The report as lines for a person."""

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self._actor(options.pop("actor"))
        reason = options.pop("reason")
        if len(reason) > REASON_CHARACTERS:
            raise CommandError(_("The reason must be at most %(n)d characters long.") % {"n": REASON_CHARACTERS})
        is_committed = options.pop("commit", True)
        as_json = options.pop("json")
        try:
            with transaction.atomic(), acting(actor_id=actor and actor.pk, reason=reason):
                report = self.run(actor=actor, **options)
                if not is_committed:
                    transaction.set_rollback(True)
        except ValidationError as error:
            raise CommandError("\n".join(_messages(error))) from error
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        if self.needs_commit:
            report = {**report, "committed": is_committed}
        if as_json:
            self.stdout.write(json.dumps(report, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
            return
        for line in self.in_words(report):
            self.stdout.write(line)
        if not is_committed:
            self.stdout.write(self.style.WARNING(_("Nothing was written. Add --commit to write it.")))

    @staticmethod
    def _actor(email: str | None) -> User | None:
        if not email:
            return None
        try:
            return User.objects.get(email__iexact=email, is_active=True)
        except User.DoesNotExist as error:
            raise CommandError(
                _("--actor: no active account has the e-mail address %(email)s.") % {"email": email}
            ) from error


def authority_called(slug: str) -> Organisation:
    """The authority with this short name; raises `CommandError`, naming those there are, if there is none."""
    authorities = Organisation.objects.exclude(kind=Organisation.Kind.PARTNER)
    try:
        return authorities.get(slug=slug)
    except Organisation.DoesNotExist as error:
        known = ", ".join(authorities.order_by("slug").values_list("slug", flat=True)) or _("none")
        raise CommandError(
            _("No authority is called %(slug)s. There are: %(known)s.") % {"slug": slug, "known": known}
        ) from error


def read_file(path: Path) -> Document:
    """The tables in a file given to a command; raises `CommandError` if it cannot be read."""
    try:
        return read_document(path.read_bytes(), path.name)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnreadableFile as error:
        raise CommandError(f"{path.name}: {error}") from error


def _messages(error: ValidationError) -> Iterable[str]:
    """The messages of an error, each with its field's name where it has one."""
    if not hasattr(error, "error_dict"):
        return error.messages
    return [
        message if field == "__all__" else f"{field}: {message}"
        for field, messages in error.message_dict.items()
        for message in messages
    ]
