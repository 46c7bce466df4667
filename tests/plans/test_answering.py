"""Owners without an account answer by a link that opens their own actions and nothing else."""

import datetime as dt
import io
import logging
import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from plans import services
from plans.models import Action, DateRequest, Plan, ProgressUpdate
from plans.rules import Rag
from plans.views.answering import PURPOSE
from prevent_portal import clock, one_time_links
from prevent_portal.log_filters import HideSecrets
from prevent_portal.models import LogEntry, OneTimeLink, OutgoingMail
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

from ..factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in
from .test_updating import boxes, shown, stored

DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return make_authority("Ashmere")


@pytest.fixture
def owner(council):
    return make_owner(council, "Town centre manager", email="manager@partner.example")


@pytest.fixture
def plan(council):
    plan = make_plan(council, actions=0)
    with acting_for(council):
        services.agree_plan(plan=plan, agreed_on=clock.today(), agreed_by="Board")
        return Plan.objects.get(pk=plan.pk)


def open_link(owner, **fields) -> str:
    """The address that a new link opens."""
    council = owner.organisation
    with acting_for(council):
        link, secret = one_time_links.make_link(
            organisation=council, purpose=PURPOSE, subject_id=owner.pk, address="manager@partner.example", user=None
        )
        for name, value in fields.items():
            setattr(link, name, value)
        link.save()
    return f"/answer/{council.slug}/{secret}/"


def said(rag: Rag = Rag.GREEN, **values):
    return boxes("made_on", clock.today()) | {"note": "Met twice.", "rag": rag.value, "reason": ""} | values


def test_the_link_is_shown_once_and_only_its_hash_is_kept(council, owner, plan):
    make_action(plan, owner=owner)
    client = signed_in(make_user(Role.COORDINATOR, council))
    page = address(council, "plans:owner_link", pk=owner.pk)
    answer = shown(client.post(page, {"email": "manager@partner.example", "show": "1"}))
    made = answer.split("<code>")[1].split("</code>")[0]
    secret = made.rstrip("/").rpartition("/")[2]
    assert shown(Client().get(made)).count("Update") >= 1
    assert secret not in shown(client.get(page))
    with acting_for(council):
        assert secret not in str(list(OneTimeLink.objects.values())) + str(list(LogEntry.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_the_link_goes_by_mail_and_its_secret_is_kept_no_longer_than_that(council, owner, plan):
    action = make_action(plan, owner=owner)
    client = signed_in(make_user(Role.COORDINATOR, council, name="Robin Wells"))
    page = address(council, "plans:owner_link", pk=owner.pk)

    answer = client.post(page, {"email": "manager@partner.example"}, follow=True)

    assert "A link has been e-mailed to manager@partner.example." in shown(answer)
    message = mail.outbox[0]
    assert message.to == ["manager@partner.example"]
    assert "Robin Wells of Ashmere asks you" in message.body
    link = re.search(r"http://127.0.0.1:8000(/answer/ashmere/[^/]+/)", message.body)[1]
    assert link in message.alternatives[0].content
    assert action.text in shown(Client().get(link))
    assert link not in str(list(OutgoingMail.objects.values()))
    assert "It was e-mailed to manager@partner.example" in shown(client.get(page))


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_not_there_loses_no_link(council, owner, plan, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    # The port of "discard", where nothing listens.
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    make_action(plan, owner=owner)
    client = signed_in(make_user(Role.COORDINATOR, council))
    page = address(council, "plans:owner_link", pk=owner.pk)

    client.post(page, {"email": "manager@partner.example"})

    assert OutgoingMail.objects.get().state == OutgoingMail.State.WAITING
    assert "has not gone yet" in shown(client.get(page))


def test_the_secret_of_an_address_is_in_no_line_of_the_machines_log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(HideSecrets())
    for line in ("Internal Server Error: %s", "GET %s HTTP/1.1"):
        for place in ("/answer/ashmere/hush-hush/7/", "/calendar/ashmere/hush-hush.ics"):
            handler.handle(logging.LogRecord("django", logging.ERROR, "", 0, line, (place,), None))
    handler.handle(logging.LogRecord("django", 30, "", 0, "/account/password/reset/key/1-hush-hush/", (), None))

    assert "hush" not in stream.getvalue()
    assert "/answer/ashmere/.../7/" in stream.getvalue()
    assert "/calendar/ashmere/....ics" in stream.getvalue()
    assert "secrets" in settings.LOGGING["handlers"]["stderr"]["filters"]


def test_an_owner_answers_without_an_account(council, owner, plan):
    action = make_action(plan, owner=owner, due_on=clock.today() + 10 * DAY)
    link = open_link(owner)
    visitor = Client()
    assert action.text in shown(visitor.get(link))
    wanted = clock.today() + 90 * DAY
    values = said(wanted_because="The hall is closed", **boxes("wanted_on", wanted))
    assert visitor.post(f"{link}{action.pk}/", values).url == link
    update = stored(ProgressUpdate, council)
    assert (update.note, update.made_by, update.made_by_owner_id) == ("Met twice.", None, owner.pk)
    request = stored(DateRequest, council)
    assert (request.state, request.asked_by_owner_id) == ("waiting", owner.pk)
    assert "updated today" in shown(visitor.get(link))
    page = shown(signed_in(make_user(Role.OFFICER, council)).get(action.get_absolute_url()))
    assert "Town centre manager" in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(council, owner, plan):
    action = make_action(plan, owner=owner, rag=Rag.GREEN)
    page = shown(Client().post(f"{open_link(owner)}{action.pk}/", said(Rag.RED, note="Typed")))
    assert "The RAG gets worse" in page and "Typed" in page
    with acting_for(council):
        assert not ProgressUpdate.objects.exists()


def test_the_link_opens_no_other_action(council, owner, plan):
    theirs = make_action(plan)
    sensitive = make_action(plan, owner=owner, marking="official_sensitive", text="Hidden words")
    draft = make_action(make_plan(council, actions=0), owner=owner)
    done = make_action(plan, owner=owner, rag=Rag.BLUE, completed_on=clock.today())
    elsewhere = make_authority("Elsewhere")
    foreign = make_action(make_plan(elsewhere), owner=make_owner(elsewhere))
    link = open_link(owner)
    assert "Hidden words" not in shown(Client().get(link))
    for action in (theirs, sensitive, draft, done, foreign):
        for answer in (Client().get(f"{link}{action.pk}/"), Client().post(f"{link}{action.pk}/", said())):
            assert answer.status_code == 404, action
    with acting_for(council):
        assert not ProgressUpdate.objects.exists()


def test_a_link_of_one_council_opens_nothing_at_another(council, owner, plan):
    make_authority("Elsewhere")
    assert Client().get(open_link(owner).replace("/ashmere/", "/elsewhere/")).status_code == 404
    assert Client().get(open_link(owner).replace("/ashmere/", "/nowhere/")).status_code == 404


@pytest.mark.parametrize("end", ["revoked_at", "finished_at", "expires_at"])
def test_a_link_that_has_ended_opens_nothing(owner, plan, end):
    now = timezone.now()
    fields = {end: now} if end != "expires_at" else {"made_at": now - 30 * DAY, "expires_at": now - DAY}
    assert Client().get(open_link(owner, **fields)).status_code == 404


def test_a_new_link_ends_the_one_before(owner, plan):
    first, second = open_link(owner), open_link(owner)
    assert [Client().get(each).status_code for each in (first, second)] == [404, 200]


def test_whoever_is_done_ends_the_link(owner, plan):
    link = open_link(owner)
    assert "Thank you" in shown(Client().post(link))
    assert Client().get(link).status_code == 404


def test_the_coordinator_takes_a_link_back(council, owner, plan):
    link = open_link(owner)
    client = signed_in(make_user(Role.COORDINATOR, council))
    client.post(address(council, "plans:owner_link", pk=owner.pk), {"revoke": "1"})
    assert Client().get(link).status_code == 404


def test_an_owner_who_left_or_has_an_account_by_now_answers_by_no_link(council, plan):
    left = make_owner(council, "Left", left_on=clock.today())
    known = make_owner(council, "Known", user=make_user(Role.CONTRIBUTOR, council))
    assert [Client().get(open_link(each)).status_code for each in (left, known)] == [404, 404]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ELECTED_MEMBER, Role.COORDINATOR])
def test_who_is_signed_in_writes_by_no_link_and_the_secret_is_in_no_log(council, owner, plan, role, caplog):
    action, link = make_action(plan, owner=owner), open_link(owner)
    answer = signed_in(make_user(role, council)).post(f"{link}{action.pk}/", said())
    assert (answer.status_code, answer.url) == (302, "/")
    assert link not in caplog.text
    with acting_for(council):
        assert not ProgressUpdate.objects.exists()


def test_the_page_is_kept_nowhere_and_tells_no_other_site_its_address(owner, plan):
    answer = Client().get(open_link(owner))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_link_shows_thirty_actions_in_as_many_queries_as_two(owner, plan, django_assert_max_num_queries):
    link = open_link(owner)
    for _ in range(2):
        make_action(plan, owner=owner)
    Client().get(link)
    with CaptureQueriesContext(connection) as few:
        Client().get(link)
    for _ in range(28):
        make_action(plan, owner=owner)
    with django_assert_max_num_queries(len(few)):
        Client().get(link)


def test_the_log_says_that_it_came_by_a_link(council, owner, plan):
    action = make_action(plan, owner=owner)
    Client().post(f"{open_link(owner)}{action.pk}/", said())
    with acting_for(council):
        link = OneTimeLink.objects.get()
        lines = LogEntry.objects.filter(model=Action._meta.label_lower, object_id=action.pk, event="changed")
        assert {line.reason for line in lines} == {f"By one-time link {link.pk}"}
        assert {line.actor_id for line in lines} == {None}
