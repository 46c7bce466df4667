"""Digests and the outbox: one e-mail a person and week, never twice, whatever dies in between."""

import contextlib
import datetime as dt
import email
import io
import json
import logging
import mailbox
import os
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans.models import Assignment, DateRequest, Plan
from plans.rules import QUIET_AFTER_DAYS, is_quiet
from prevent_portal import clock, digests, outbox
from prevent_portal.log_filters import NoTracebackOfRefusals
from prevent_portal.models import DigestChoice, Marking, Membership, OutgoingMail
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from .factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in

ROOT = Path(__file__).resolve().parent.parent
SENT, WAITING, CLAIMED, REFUSED = (OutgoingMail.State[each] for each in ("SENT", "WAITING", "CLAIMED", "REFUSED"))

pytestmark = pytest.mark.django_db


def days(number: int) -> dt.date:
    return clock.today() + dt.timedelta(days=number)


def make_owned_action(plan: Plan, user, *, due_in: int | None = -1, **fields):
    """An action of this person's, due in so many days."""
    owner = make_owner(plan.organisation, user=user)
    due_on = None if due_in is None else days(due_in)
    return make_action(plan, due_on=due_on, owner=owner, **fields)


@pytest.fixture
def council():
    return make_authority("Ashmere District Council")


@pytest.fixture
def plan(council) -> Plan:
    return make_plan(council, actions=0, state=Plan.State.AGREED, title="Plan 2026")


@pytest.fixture
def owner(council):
    return make_user(Role.CONTRIBUTOR, council, name="Robin Wells")


def send() -> None:
    call_command("send_reminders", verbosity=0)


def only_mail():
    assert len(mail.outbox) == 1
    return mail.outbox[0]


# What stands in it


def test_a_person_gets_one_digest_for_all_their_actions_of_all_authorities(council, plan, owner) -> None:
    elsewhere = make_authority("Brackenhythe District Council")
    Membership.objects.create(user=owner, organisation=elsewhere, role=Role.CONTRIBUTOR, starts_on=days(-9))
    other_plan = make_plan(elsewhere, actions=0, state=Plan.State.AGREED)
    make_owned_action(plan, owner, due_in=-3, text="Late one")
    make_owned_action(plan, owner, due_in=5, text="Soon one")
    make_owned_action(other_plan, owner, due_in=20, text="Later one")

    send()

    message = only_mail()
    assert message.to == [owner.email]
    assert message.subject == "Prevent: 3 things for you – Overdue (1), Due within 7 days (1)"
    for part in (message.body, message.alternatives[0].content):
        for words in ("Late one", "3 days overdue", "Soon one", "Later one", str(council), str(elsewhere)):
            assert words in part


def test_links_of_a_digest_lead_to_the_form_of_the_action(settings, plan, owner, client) -> None:
    settings.PORTAL_URL = "https://prevent.example.gov.uk"
    action = make_owned_action(plan, owner)

    send()

    path = address(plan.organisation, "plans:action_progress", pk=action.pk) + "?from=mine"
    assert f"https://prevent.example.gov.uk{path}" in only_mail().body
    assert signed_in(owner).get(path).status_code == 200
    # Whoever is signed out is led there by way of signing in.
    assert unquote(client.get(path).url) == f"/account/login/?next={path}"


def test_what_is_official_sensitive_stands_in_no_digest(plan, owner) -> None:
    make_owned_action(plan, owner, text="Whisper this", marking=Marking.OFFICIAL_SENSITIVE)

    send()

    message = only_mail()
    assert "Whisper" not in message.body + message.alternatives[0].content + message.subject
    assert "sign in to read it" in message.body


@pytest.mark.parametrize("state", [Plan.State.DRAFT, Plan.State.CLOSED])
def test_nobody_is_reminded_of_a_plan_that_is_not_being_worked_on(council, owner, state) -> None:
    plan = make_plan(council, actions=0)
    make_owned_action(plan, owner)
    with acting_for(council):
        plan.state, plan.agreed_on, plan.agreed_by = state, days(0), "Board"
        plan.closed_on = days(0) if state == Plan.State.CLOSED else None
        plan.save()

    send()

    assert mail.outbox == []


def test_nobody_is_reminded_of_what_is_complete_or_not_yet_due_or_somebody_elses(council, plan, owner) -> None:
    make_owned_action(plan, owner, completed_on=days(-2))
    make_owned_action(plan, owner, due_in=31)
    make_owned_action(plan, make_user(None, name="Without any role"), due_in=-5)

    send()

    assert mail.outbox == []


def test_people_without_access_any_more_get_nothing(council, plan, owner) -> None:
    make_owned_action(plan, owner)
    Membership.objects.filter(user=owner).update(ends_on=days(-1))

    send()

    assert mail.outbox == []


@pytest.mark.parametrize("role", [Role.ELECTED_MEMBER, Role.REVIEWER])
def test_read_only_accounts_get_no_digest(council, plan, role) -> None:
    make_owned_action(plan, make_user(role, council))

    send()

    assert mail.outbox == []


def test_an_action_is_quiet_after_90_days_without_an_update() -> None:
    today = dt.date(2026, 11, 23)
    assert not is_quiet(heard_of_on=today - dt.timedelta(days=QUIET_AFTER_DAYS), today=today)
    assert is_quiet(heard_of_on=today - dt.timedelta(days=QUIET_AFTER_DAYS + 1), today=today)
    assert not is_quiet(heard_of_on=None, today=today)


@pytest.mark.parametrize(("since", "is_said"), [(QUIET_AFTER_DAYS, False), (QUIET_AFTER_DAYS + 1, True)])
def test_an_action_nobody_has_spoken_of_for_90_days_is_in_the_digest(plan, owner, since, is_said) -> None:
    action = make_owned_action(plan, owner, due_in=None)
    with acting_for(plan.organisation):
        # At noon, as so many times 24 hours ago may be another day once the clocks have changed.
        action.added_at = timezone.make_aware(dt.datetime.combine(days(-since), dt.time(12)))
        action.save()

    send()

    assert ["No update for 90 days" in each.body for each in mail.outbox] == [True] * is_said


def test_coordinators_hear_of_requests_and_of_the_whole_plan(council, plan, owner) -> None:
    coordinator = make_user(Role.COORDINATOR, council)
    action = make_owned_action(plan, owner, due_in=-40)
    with acting_for(council):
        DateRequest(organisation=council, action=action, wanted_on=days(30), reason="Staff left", asked_by=owner).save()

    send()

    bodies = {each.to[0]: each.body for each in mail.outbox}
    assert set(bodies) == {owner.email, coordinator.email}
    assert "New dates that owners ask you for (1)" in bodies[coordinator.email]
    assert "Overdue in Plan 2026: 1" in bodies[coordinator.email]
    assert "The whole authority" not in bodies[owner.email]


def test_whoever_owns_a_whole_row_is_reminded_of_its_actions(council, plan, owner) -> None:
    action = make_action(plan, due_on=days(-1), text="Of the row")
    with acting_for(council):
        theirs = make_owner(council, user=owner)
        Assignment(organisation=council, objective=action.objective, owner=theirs).save()
        partner = make_owner(council, user=make_user(Role.CONTRIBUTOR, council))
        role = Assignment.Role.PARTNER
        Assignment(organisation=council, objective=action.objective, owner=partner, role=role).save()

    send()

    assert only_mail().to == [owner.email]
    assert "Of the row" in only_mail().body


def test_whoever_asked_for_a_new_date_hears_the_answer(council, plan, owner) -> None:
    action = make_owned_action(plan, owner, due_in=None)
    for answered_at, wanted in ((timezone.now(), 30), (timezone.now() - dt.timedelta(days=8), 40)):
        with acting_for(council):
            DateRequest(
                organisation=council,
                action=action,
                wanted_on=days(wanted),
                reason="Staff left",
                asked_by=owner,
                state=DateRequest.State.REFUSED,
                answer="The board wants it this year",
                answered_at=answered_at,
            ).save()

    send()

    assert "New dates that you asked for (1)" in only_mail().body
    assert "Refused. The board wants it this year" in only_mail().body


def test_a_refusal_is_one_line_of_the_log_and_a_mistake_keeps_its_traceback() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(NoTracebackOfRefusals())
    for error in (PermissionDenied("not yours"), KeyError("broken")):
        handler.handle(logging.LogRecord("django", 30, "", 0, "Refused", (), (type(error), error, None)))
    assert "not yours" not in stream.getvalue()
    assert "broken" in stream.getvalue()


def test_a_long_list_is_cut_and_says_so(plan, owner) -> None:
    for number in range(digests.LINES_PER_GROUP + 3):
        make_owned_action(plan, owner, text=f"Number {number}")

    send()

    assert "Overdue (23)" in only_mail().body
    assert "and 3 more" in only_mail().body


# What people choose


def test_everybody_chooses_what_they_are_reminded_of(plan, owner) -> None:
    make_owned_action(plan, owner, due_in=-3, text="Late one")
    make_owned_action(plan, owner, due_in=5, text="Soon one")
    response = signed_in(owner).post("/account/reminders/", {"is_on": "on", "is_due_wanted": "on"})
    assert response.status_code == 302

    send()

    assert "Soon one" in only_mail().body
    assert "Late one" not in only_mail().body


def test_whoever_turned_the_digest_off_gets_none(plan, owner) -> None:
    make_owned_action(plan, owner)
    signed_in(owner).post("/account/reminders/", {})
    assert DigestChoice.objects.get(user=owner).is_on is False

    send()

    assert mail.outbox == []


def test_a_late_action_stands_under_the_next_reason_for_whoever_wants_no_overdue_ones(plan, owner) -> None:
    action = make_owned_action(plan, owner, due_in=-3)
    with acting_for(plan.organisation):
        action.added_at = timezone.now() - dt.timedelta(days=200)
        action.save()
    DigestChoice.objects.create(user=owner, is_overdue_wanted=False)

    send()

    assert "No update for 90 days (1)" in only_mail().body
    assert "Overdue (" not in only_mail().body


# Never twice


def test_a_second_run_in_the_same_week_sends_nothing(plan, owner) -> None:
    make_owned_action(plan, owner)

    send()
    send()

    assert len(mail.outbox) == 1
    assert OutgoingMail.objects.get().text == ""


def test_a_week_later_there_is_another(monkeypatch, plan, owner) -> None:
    make_owned_action(plan, owner)
    send()
    in_a_week = days(7)
    monkeypatch.setattr(clock, "today", lambda: in_a_week)

    send()

    assert len(mail.outbox) == 2


def test_a_dry_run_writes_and_sends_nothing(plan, owner, capsys) -> None:
    make_owned_action(plan, owner)

    call_command("send_reminders", dry_run=True, json=True)

    assert [each["address"] for each in json.loads(capsys.readouterr().out)["digests"]] == [owner.email]
    assert not OutgoingMail.objects.exists()
    assert mail.outbox == []


def make_mail(**fields) -> OutgoingMail:
    return OutgoingMail.objects.create(
        **{"kind": "test", "period": "1", "address": "a@example.org", "subject": "Hello", "text": "Good day"} | fields
    )


def test_what_was_claimed_is_never_sent_by_a_program_and_is_listed(capsys) -> None:
    make_mail(state=CLAIMED, claimed_at=timezone.now() - dt.timedelta(hours=1))

    with pytest.raises(CommandError, match="nobody knows"):
        send()

    assert mail.outbox == []
    call_command("outbox")
    assert "a@example.org" in capsys.readouterr().out


def test_a_person_says_what_became_of_one_whose_fate_was_unknown() -> None:
    again = make_mail(state=CLAIMED, claimed_at=timezone.now() - dt.timedelta(hours=1))
    gone = make_mail(period="2", state=CLAIMED, claimed_at=timezone.now() - dt.timedelta(hours=1))
    fresh = make_mail(period="3", state=CLAIMED, claimed_at=timezone.now())

    call_command("outbox", send_again=again.pk)
    call_command("outbox", was_sent=gone.pk)
    with pytest.raises(CommandError):
        call_command("outbox", send_again=fresh.pk)

    assert [OutgoingMail.objects.get(pk=each.pk).state for each in (again, gone, fresh)] == [WAITING, SENT, CLAIMED]


def test_nothing_is_sent_to_an_account_that_was_closed_meanwhile(owner) -> None:
    make_mail(user=owner, address=owner.email)
    owner.is_active = False
    owner.save()

    outbox.deliver()

    assert mail.outbox == []
    assert OutgoingMail.objects.get().state == REFUSED


def test_digests_cost_the_same_queries_for_two_owners_as_for_twelve(council, plan) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            call_command("send_reminders", dry_run=True, json=True)
        return len(seen)

    counts = []
    for people in (2, 10):
        for _each in range(people):
            make_owned_action(plan, make_user(Role.CONTRIBUTOR, council))
        counts.append(queries())

    assert counts[0] == counts[1]


# A real server


class Server:
    """What an SMTP server does in these tests: takes e-mails, refuses some, may stop whoever sends."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.stop_at: int | None = None
        self.sender: subprocess.Popen | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such person here"
        if address.startswith("full"):
            return "452 mailbox full, try later"
        if self.stop_at is not None and len(self.taken) == self.stop_at:
            os.kill(self.sender.pid, signal.SIGKILL)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content)
        self.taken.append((envelope.rcpt_tos[0], message["Subject"]))
        return "250 taken"


@pytest.fixture
def server() -> Iterator[tuple[Server, int]]:
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def use_smtp(settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


def test_a_servers_answers_are_told_apart(settings, server) -> None:
    handler, port = server
    use_smtp(settings, port)
    for period, to in enumerate(("nobody@example.org", "full@example.org", "a@example.org")):
        make_mail(period=str(period), address=to)

    delivery = outbox.deliver()

    assert [each.state for each in OutgoingMail.objects.order_by("period")] == [REFUSED, WAITING, SENT]
    assert [to for to, _subject in handler.taken] == ["a@example.org"]
    assert delivery[SENT] == delivery[REFUSED] == delivery[WAITING] == 1


def test_an_e_mail_that_is_put_off_five_times_counts_as_refused(settings, server) -> None:
    _handler, port = server
    use_smtp(settings, port)
    make_mail(address="full@example.org")

    for _run in range(outbox.ATTEMPTS):
        outbox.deliver()

    assert OutgoingMail.objects.get().state == REFUSED


def test_without_a_server_everything_waits_and_the_command_says_so(settings) -> None:
    use_smtp(settings, free_port())
    make_mail()

    with pytest.raises(CommandError, match="could not be reached"):
        send()

    assert OutgoingMail.objects.get().state == WAITING
    assert OutgoingMail.objects.get().attempts == 0


def test_a_line_that_breaks_while_the_server_takes_the_text_leaves_an_e_mail_to_look_into(settings, server) -> None:
    handler, port = server
    use_smtp(settings, port)

    async def hang_up(_server, session, envelope):
        _server.transport.abort()
        return "250 never heard"

    handler.handle_DATA = hang_up
    made = make_mail()

    outbox.deliver()

    assert OutgoingMail.objects.get().state == CLAIMED
    assert list(outbox.unknown()) == [made]


def test_a_real_server_process_takes_a_digest(settings, tmp_path, plan, owner) -> None:
    port = free_port()
    folder = tmp_path / "mail"
    arguments = ["-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", str(folder)]
    process = subprocess.Popen([sys.executable, "-m", "aiosmtpd", *arguments])
    try:
        wait_for(port)
        use_smtp(settings, port)
        make_owned_action(plan, owner)
        send()
    finally:
        process.terminate()
        process.wait(timeout=10)

    messages = list(mailbox.Maildir(folder))
    assert len(messages) == 1
    assert messages[0]["To"] == owner.email
    assert messages[0]["Auto-Submitted"] == "auto-generated"
    assert [each.get_content_type() for each in messages[0].walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def wait_for(port: int) -> None:
    for _attempt in range(100):
        with contextlib.suppress(OSError, smtplib.SMTPException), smtplib.SMTP("127.0.0.1", port, timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError("the mail server did not start")


@pytest.fixture
def database_for_a_process(tmp_path) -> Iterator[str]:
    """The address of a database with this one's rows, which another process can open."""
    if connection.vendor == "sqlite":
        path = tmp_path / "copy.sqlite3"
        connection.ensure_connection()

        def copy() -> str:
            with sqlite3.connect(path) as target:
                connection.connection.backup(target)
            return f"sqlite:///{path}"

    else:

        def copy() -> str:
            server = os.environ["DATABASE_URL"].rpartition("/")[0]
            return f"{server}/{connection.settings_dict['NAME']}"

    yield copy


def states_in(database: str) -> list[str]:
    if database.startswith("sqlite"):
        with sqlite3.connect(database.removeprefix("sqlite:///")) as rows:
            found = rows.execute("SELECT state FROM prevent_portal_outgoingmail ORDER BY id").fetchall()
        return [state for (state,) in found]
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_between_claim_and_send_costs_one_e_mail_nobody_gets_twice(
    tmp_path, server, database_for_a_process
) -> None:
    handler, port = server
    for number in range(5):
        make_mail(period=str(number), address=f"person{number}@example.org")
    database = database_for_a_process()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "prevent_portal.settings.development",
        "PORTAL_VAR_DIR": str(tmp_path),
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }

    def run() -> int:
        command = [sys.executable, str(ROOT / "manage.py"), "send_reminders"]
        handler.sender = subprocess.Popen(command, env=environment, cwd=ROOT)
        return handler.sender.wait(timeout=60)

    handler.stop_at = 2
    assert run() == -signal.SIGKILL
    assert states_in(database) == [SENT, SENT, CLAIMED, WAITING, WAITING]

    handler.stop_at = None
    assert run() == 0
    assert states_in(database) == [SENT, SENT, CLAIMED, SENT, SENT]
    assert [to for to, _subject in handler.taken] == [f"person{n}@example.org" for n in (0, 1, 3, 4)]
