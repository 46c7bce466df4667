"""What a living plan costs: everybody's digests, one process killed while it sends them, and many updates at once."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from plans.models import Action, Assignment, Objective, Owner, Plan, ProgressUpdate, Section, TargetDate
from plans.rules import DateKind
from prevent_portal import clock
from prevent_portal.links import portal_url
from prevent_portal.models import Membership, Organisation, OutgoingMail, User
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

ROOT = Path(__file__).resolve().parent.parent
PORT = 10_025
ACTIONS_EACH = 3
PEOPLE_FOR_AN_ACTION = 5
AT_ONCE = 32
"""Requests under way together; 200 people do not press the button in the same millisecond, but 32 do here."""

SEEN = re.compile(r'name="seen" value="(\d*)"')
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Taking:
    """An SMTP server that takes everything; after `stop_at` e-mails it kills whoever sends, before it answers."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.stop_at: int | None = None
        self.sender: subprocess.Popen | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- the library's name
        if self.stop_at is not None and self.taken.total() >= self.stop_at:
            os.kill(self.sender.pid, signal.SIGKILL)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- the library's name
        self.taken[envelope.rcpt_tos[0]] += 1
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[Taking]:
    """A real SMTP server on this machine."""
    handler = Taking()
    controller = Controller(handler, hostname="127.0.0.1", port=PORT)
    controller.start()
    yield handler
    controller.stop()


def bench_living(owners: int, updates: int) -> list[dict[str, Any]]:
    """All figures, for so many owners and so many updates at once."""
    call_command("migrate", verbosity=0, interactive=False)
    if Organisation.objects.exists():
        sys.exit("This database is in use. script/bench needs one that is empty, and leaves it full of made-up plans.")
    organisation = Organisation.objects.create(name="Bench Council", slug="bench", kind=Organisation.Kind.UNITARY)
    users = _make_people(organisation, owners)
    plan = _make_plan(organisation, users)
    return [*_digests(owners), _killed(owners), _simultaneous(organisation, plan, users, updates)]


def _make_people(organisation: Organisation, number: int) -> list[User]:
    User.objects.bulk_create(User(email=f"owner{n}@bench.example", name=f"Owner {n}") for n in range(number))
    users = list(User.objects.order_by("pk"))
    Membership.objects.bulk_create(
        Membership(organisation=organisation, user=user, role=Role.CONTRIBUTOR, starts_on=clock.today())
        for user in users
    )
    return users


def _make_plan(organisation: Organisation, users: list[User]) -> Plan:
    today = clock.today()
    with acting_for(organisation):
        plan = Plan(
            organisation=organisation, title="Plan", state=Plan.State.AGREED, agreed_on=today, agreed_by="Board"
        )
        plan.save()
        section = Section(organisation=organisation, plan=plan, title="All")
        section.save()
        objective = Objective(organisation=organisation, plan=plan, section=section, text="All of it")
        objective.save()
        owners = Owner.objects.bulk_create(
            Owner(organisation=organisation, name=user.name, user=user) for user in users
        )
        actions = Action.objects.bulk_create(
            Action(organisation=organisation, plan=plan, objective=objective, position=n, text=f"Do thing {n}")
            for n in range(ACTIONS_EACH * len(users))
        )
        TargetDate.objects.bulk_create(
            TargetDate(
                organisation=organisation,
                objective=objective,
                action=action,
                kind=DateKind.FIXED.value,
                on=today + dt.timedelta(days=n % 40 - 20),
                as_written="then",
            )
            for n, action in enumerate(actions)
        )
        Assignment.objects.bulk_create(
            Assignment(organisation=organisation, objective=objective, action=action, owner=owners[n % len(owners)])
            for n, action in enumerate(actions)
        )
    return plan


def _smtp() -> override_settings:
    return override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=PORT
    )


def _digests(owners: int) -> Iterator[dict[str, Any]]:
    """Writing everybody's digest and sending it, in one run."""
    with mail_server() as server, _smtp(), CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        call_command("send_reminders", dry_run=True, json=True, stdout=_Nowhere())
        written, writing = time.perf_counter() - started, len(queries)
        started = time.perf_counter()
        call_command("send_reminders", json=True, stdout=_Nowhere())
        sent = time.perf_counter() - started
        every = len(queries) - writing
    mails = server.taken.total()
    yield {"what": f"digests: work out and write {mails} (dry run)", "seconds": written, "queries": writing}
    per_mail = f"{every / mails:.2f} queries for each e-mail"
    what = f"digests: write and send {mails}, {owners} owners"
    yield {"what": what, "seconds": sent, "queries": every, "note": per_mail}


class _Nowhere:
    def write(self, text: str) -> None:
        """Nothing: the figures are printed at the end."""


def _killed(owners: int) -> dict[str, Any]:
    """The same again, with a process that is killed half way, and one that goes on after it."""
    OutgoingMail.objects.all().delete()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "prevent_portal.settings.development",
        "EMAIL_URL": f"smtp://127.0.0.1:{PORT}",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "send_reminders"]
    with mail_server() as server:
        server.stop_at = owners // 2
        codes = []
        for _run in range(2):
            server.sender = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
            codes.append(server.sender.wait())
            server.stop_at = None
    states = Counter(OutgoingMail.objects.values_list("state", flat=True))
    twice = sum(count > 1 for count in server.taken.values())
    note = f"exit codes {codes}; afterwards {dict(states)}; {server.taken.total()} taken, {twice} of them twice"
    return {"what": "digests: kill -9 half way, then again", "note": note}


def _simultaneous(organisation: Organisation, plan: Plan, users: list[User], updates: int) -> dict[str, Any]:
    """Updates of one plan by many people at once, five to each action; whoever is second looks and saves again."""
    coordinator = users[0]
    Membership.objects.create(
        organisation=organisation, user=coordinator, role=Role.COORDINATOR, starts_on=clock.today()
    )
    with acting_for(organisation):
        keys = Action.objects.filter(plan=plan).order_by("pk").values_list("pk", flat=True)
        keys = list(keys[: max(updates // PEOPLE_FOR_AN_ACTION, 1)])
    local, tries = threading.local(), Counter()

    def update(number: int) -> None:
        if not hasattr(local, "client"):
            local.client = Client()
            local.client.force_login(coordinator, backend=BACKEND)
        address = portal_url(organisation, "plans:action_progress", pk=keys[number % len(keys)])
        seen = ""
        for _attempt in range(20):
            day = clock.today()
            response = local.client.post(
                address,
                {
                    "note": f"Update {number}",
                    "rag": "green",
                    "reason": "As agreed",
                    "seen": seen,
                    "made_on_0": day.day,
                    "made_on_1": day.month,
                    "made_on_2": day.year,
                },
            )
            tries[response.status_code] += 1
            if response.status_code == 302:
                break
            found = SEEN.search(response.content.decode())
            seen = found[1] if found else ""
        connections.close_all()

    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(update, range(updates)))
    seconds = time.perf_counter() - started
    with acting_for(organisation):
        notes = Counter(ProgressUpdate.objects.filter(action__in=keys).values_list("note", flat=True))
    lost = sum(f"Update {number}" not in notes for number in range(updates))
    again = tries[200]
    note = f"{lost} lost, {sum(notes.values()) - len(notes)} twice; {again} times somebody was second and saved again"
    return {"what": f"{updates} updates of {len(keys)} actions, {AT_ONCE} at a time", "seconds": seconds, "note": note}


def in_words(figures: list[dict[str, Any]]) -> Iterator[str]:
    """A line or two for each figure."""
    for figure in figures:
        took = f"{figure['seconds']:.2f} s" if "seconds" in figure else ""
        queries = f"{figure['queries']} queries" if "queries" in figure else ""
        yield "  ".join(part for part in (figure["what"], took, queries) if part)
        if "note" in figure:
            yield f"    {figure['note']}"
