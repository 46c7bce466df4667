"""Every address × every role × every method: what is really in `urlpatterns`, with two councils' rows.

A page is tested here from the moment it exists; an argument in an address that this test does not know fails it.
"""

import io
import logging
import re
import zipfile
from collections import UserList
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import URLPattern, get_resolver

from benchmarks.models import Benchmark, Crosswalk, Framework
from plans.models import Plan
from prevent_portal.middleware import ADMIN_PREFIX
from prevent_portal.models import LogEntry, Membership, Organisation, User
from prevent_portal.permissions import READ_ONLY_ROLES, Role, roles_allow
from prevent_portal.scoping import OrganisationOwned, acting_for
from prevent_portal.views import PortalMixin

from .conftest import undone
from .factories import make_authority, make_everything, make_user, signed_in
from .test_isolation import everything_stored
from .test_read_only import contents

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHERS_WORD = "BRAVO-SENTINEL"
DRAFT_WORD = "ALPHA-DRAFT-SENTINEL"
SENSITIVE_WORD = "ALPHA-SENSITIVE-SENTINEL"
MIXED_WORD = "ALPHA-MIXED-SENTINEL"
OF_THE_SENSITIVE_ACTION = ("action", "outcome", "date", "note", "why", "step", "milestone", "resources", "name")
UNKNOWN_KEYS = (999_999_999, 10**25)

pytestmark = pytest.mark.django_db


# The addresses


@dataclass(frozen=True)
class Address:
    """One pattern: its route with arguments in angle brackets, its name and the view behind it."""

    route: str
    arguments: tuple[str, ...]
    name: str
    view: Any = field(compare=False)

    @property
    def is_admin(self) -> bool:
        return self.route.startswith("admin/")

    def __str__(self) -> str:
        return self.name or self.route


def _walk(resolver, prefix: str = "", arguments: tuple[str, ...] = ()) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        pattern = entry.pattern
        route = prefix + _plain_route(pattern)
        names = (*arguments, *(pattern.converters or pattern.regex.groupindex))
        if isinstance(entry, URLPattern):
            view = getattr(entry.callback, "view_class", entry.callback)
            yield Address(route, names, entry.name or "", view)
        else:
            yield from _walk(entry, route, names)


def _plain_route(pattern) -> str:
    text = str(pattern)
    if not hasattr(pattern, "_route"):
        # A regular expression: each group becomes an argument.
        text = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", text).strip("^$").replace(r"\Z", "")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", text)


MAIN = list(_walk(get_resolver(settings.ROOT_URLCONF)))
ADMIN = list(_walk(get_resolver(settings.ADMIN_URLCONF)))
AUTHORITY = [a for a in MAIN if a.arguments[:1] == ("authority",)]
ELSEWHERE = [a for a in MAIN if a not in AUTHORITY]
SNAKE = {re.sub(r"(?<!^)(?=[A-Z])", "_", m.__name__).lower(): m for m in apps.get_models()}
ADMIN_MODELS = {f"{m._meta.app_label}/{m._meta.model_name}": m for m in apps.get_models()}


def model_behind(address: Address, argument: str) -> type[models.Model] | None:
    """Whose key this argument is. `pk` is of the noun that the address is named after."""
    if argument in SNAKE:
        return SNAKE[argument]
    if argument == "object_id":
        return next(model for path, model in ADMIN_MODELS.items() if f"/{path}/" in f"/{address.route}")
    if argument == "pk":
        nouns = [noun for noun in SNAKE if address.name.startswith(f"{noun}_")]
        return SNAKE[max(nouns, key=len)] if nouns else None
    return None


OTHER_ARGUMENTS = {
    # allauth: keys from e-mails; no key that a test could make up is right.
    "key": ["set-password", "wrong-key"],
    "uidb36": ["1"],
    # A one-time link: whose, and a secret that opens nothing.
    "council": ["council-1"],
    "secret": ["no-such-secret"],
    # A row of an import, and something that was set aside, as the draft names them.
    "row": ["r1"],
    "aside": ["q1"],
    # Django's admin: the pages of one app, and whatever else somebody types.
    "app_label": ["plans", "prevent_portal", "benchmarks", "training"],
    "url": ["no-such-page/", "plans/plan"],
    # A framework by its short name.
    "framework_slug": ["duty-2018"],
    # A benchmark: shared, so its key is nobody's.
    "benchmark_id": ["1"],
}


def fill(address: Address, organisation: Organisation | str, keys: dict | int | str) -> str:
    """The address with its arguments filled in; `keys` are rows by model, or one key for all."""
    path = address.route
    for argument in address.arguments:
        if argument == "authority":
            value = getattr(organisation, "slug", organisation)
        elif argument in OTHER_ARGUMENTS:
            value = OTHER_ARGUMENTS[argument][0]
        else:
            value = keys[model_behind(address, argument)].pk if isinstance(keys, dict) else keys
        path = path.replace(f"<{argument}>", str(value))
    if address.is_admin:
        path = f"authorities/{getattr(organisation, 'slug', organisation)}/{path}"
    return f"/{path}"


def has_keys(address: Address) -> bool:
    return any(model_behind(address, argument) for argument in address.arguments)


def test_every_argument_of_every_address_is_known() -> None:
    unknown = {
        (str(address), argument)
        for address in MAIN + ADMIN
        for argument in address.arguments
        if argument != "authority" and argument not in OTHER_ARGUMENTS and model_behind(address, argument) is None
    }
    assert not unknown, "say here what these arguments of addresses are"


def test_the_walk_finds_the_real_pages() -> None:
    names = {a.name for a in MAIN + ADMIN}
    assert {"home", "plan_detail", "action_progress", "account_login", "plans_plan_change"} <= names
    assert len(AUTHORITY) > 30
    assert len(ADMIN) > 50


# The people and their councils


@pytest.fixture(scope="module")
def world(shared_rows) -> SimpleNamespace:
    """Alpha with its county, Bravo elsewhere, a person of each role in Alpha and what each may see."""

    def make() -> SimpleNamespace:
        county = make_authority("Alphashire", kind=Organisation.Kind.COUNTY)
        alpha, bravo = make_authority("Alpha", parent=county), make_authority("Bravo")
        people = {
            role: make_user(role, alpha, name=f"Alpha {role.label}") for role in Role if role is not Role.COLLEAGUE
        }
        people[Role.COLLEAGUE] = make_user(Role.COORDINATOR, county)
        outsider = make_user(Role.COORDINATOR, bravo, name=f"{OTHERS_WORD} person")
        operator = make_user(None, is_platform_operator=True)
        framework = Framework.objects.first()
        shared = {
            Organisation: alpha,
            User: people[Role.OFFICER],
            Membership: Membership.objects.get(user=people[Role.CLERK]),
            Framework: framework,
            Benchmark: framework.benchmarks.first(),
            Crosswalk: Crosswalk.objects.first(),
        }
        rows = {
            "draft": make_everything(alpha, DRAFT_WORD, user=people[Role.CONTRIBUTOR]),
            "agreed": make_everything(alpha, "ALPHA-AGREED", Plan.State.AGREED, user=people[Role.CONTRIBUTOR]),
            "closed": make_everything(alpha, "ALPHA-CLOSED", Plan.State.CLOSED, user=people[Role.CONTRIBUTOR]),
            "sensitive": make_everything(alpha, SENSITIVE_WORD, Plan.State.AGREED, plan="official_sensitive"),
            "mixed": make_everything(alpha, MIXED_WORD, Plan.State.AGREED, action="official_sensitive"),
        }
        # Bravo's members and rows, agreed ones included, are none of Alpha's business.
        theirs = make_everything(bravo, OTHERS_WORD, Plan.State.AGREED)
        make_everything(bravo, OTHERS_WORD, Plan.State.DRAFT)
        return SimpleNamespace(
            alpha=alpha,
            bravo=bravo,
            own={key: made | shared for key, made in rows.items()},
            theirs=theirs
            | shared
            | {Organisation: bravo, User: outsider, Membership: Membership.objects.get(user=outsider)},
            people=people,
            clients={role: signed_in(user) for role, user in people.items()},
            outsider=signed_in(outsider),
            operator=signed_in(operator),
            forms={},
        )

    return shared_rows(make)


@pytest.fixture(autouse=True)
def papers_as_html(monkeypatch) -> None:
    """A PDF takes a third of a second and cannot be searched for a word; the page that it is made of can."""
    monkeypatch.setattr("prevent_portal.documents.pdf._write_pdf", lambda page, fetcher: page.encode())


@pytest.fixture(autouse=True)
def refusals_in_one_word(monkeypatch) -> None:
    """Thousands of times the same page; `test_a_refusal_says_why` looks at the real one."""
    monkeypatch.setattr("prevent_portal.views.render", lambda request, *args, status: HttpResponse(status=status))


@pytest.fixture(autouse=True)
def quietly() -> Iterator[None]:
    """Thousands of refusals: no line of the server's own log for each, and no limit on how often somebody asks."""
    logging.disable(logging.CRITICAL)
    cache.clear()
    yield
    logging.disable(logging.NOTSET)


def visit(client: Client, method: str, path: str, data: dict | None = None) -> HttpResponse:
    """One request whose writes are undone. Any 500 fails at once, with the address."""
    client.raise_request_exception = False
    call = getattr(client, method.lower())
    with undone():
        response = call(path, data or {}) if method in ("GET", "HEAD", "POST") else call(path)
        content = response.content if not response.streaming else b"".join(response.streaming_content)
    if response.status_code >= 500:
        error = f"{method} {path} answered {response.status_code}"
        raise AssertionError(error) from getattr(response, "exc_info", (None, None))[1]
    response.text_seen = _text(response, content)
    return response


def _text(response: HttpResponse, content: bytes) -> str:
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    headers = " ".join(f"{value}" for value in response.headers.values())
    return content.decode(errors="replace") + headers


def may(address: Address, role: Role) -> bool:
    """Whether the matrix lets this role onto this page."""
    if address.is_admin:
        return roles_allow(frozenset({role}), "prevent_portal.use_admin")
    return roles_allow(frozenset({role}), address.view.permission)


def rows_seen_by(world: SimpleNamespace, role: Role) -> dict:
    return world.own["agreed" if role in READ_ONLY_ROLES else "draft"]


each_role = pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)


# Strangers and outsiders


def test_a_stranger_is_sent_to_sign_in_alike_whether_the_address_exists_or_not(world) -> None:
    stranger = Client()
    for address in AUTHORITY + ADMIN:
        for organisation, keys in (
            (world.alpha, world.own["draft"]),
            (world.alpha, UNKNOWN_KEYS[0]),
            ("no-such-council", UNKNOWN_KEYS[0]),
        ):
            path = fill(address, organisation, keys)
            for method in METHODS:
                response = visit(stranger, method, path)
                where = response.headers.get("Location", "")
                assert (response.status_code, where) == (302, f"/account/login/?next={path}"), f"{method} {path}"


def test_an_outsider_gets_404_everywhere_as_for_a_council_that_does_not_exist(world) -> None:
    bodies = set()
    for address in AUTHORITY + ADMIN:
        for organisation in (world.alpha, "no-such-council"):
            path = fill(address, organisation, world.own["draft"])
            for method in METHODS if address in AUTHORITY and organisation is world.alpha else ("GET", "POST"):
                response = visit(world.outsider, method, path)
                assert response.status_code == 404, f"{method} {path}"
                assert "ALPHA" not in response.text_seen, f"{method} {path}"
                if method == "GET":
                    bodies.add(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()))
    assert len(bodies) == 1, "the pages differ, and so tell whether the council exists"


def test_the_platform_operator_sees_no_authority(world) -> None:
    for address in AUTHORITY + ADMIN:
        path = fill(address, world.alpha, world.own["agreed"])
        assert visit(world.operator, "GET", path).status_code == 404, path
        assert visit(world.operator, "POST", path).status_code == 404, path


# Roles


@each_role
def test_who_may_not_gets_403_and_who_may_gets_no_error(world, role) -> None:
    client, rows = world.clients[role], rows_seen_by(world, role)
    opened, turn = set(), list(Role).index(role)
    for number, address in enumerate(AUTHORITY + ADMIN):
        path = fill(address, world.alpha, rows)
        if not may(address, role):
            # Permission comes before the method, so of the rarer methods one each, by turns, is enough.
            by_turns = METHODS[(number + turn) % len(METHODS)]
            for method in {"GET", "POST", by_turns} if address in AUTHORITY else {by_turns}:
                assert visit(client, method, path).status_code == 403, f"{method} {path}"
            continue
        # What the officers' admin shows to an officer it shows to a coordinator too.
        in_admin = ("GET", "POST") if role is Role.COORDINATOR else ("POST",)
        for method in METHODS if address in AUTHORITY else in_admin:
            if method == "HEAD" and role is not Role.COORDINATOR:
                # The same work as GET, without the page.
                continue
            response = visit(client, method, path)
            assert response.status_code in (200, 302, 400, 403, 404, 405), f"{method} {path}"
            _assert_no_sentinel(response, role, f"{method} {path}")
            if method == "GET" and response.status_code == 200:
                opened.add(address)
    # The walk has to open doors, or it proves nothing.
    assert {a.name for a in opened} >= {"authority_home", "search", "plan_list", "plan_detail", "plan_table"}
    if role is Role.COORDINATOR:
        assert len(opened) > len(AUTHORITY + ADMIN) * 0.6


def _assert_no_sentinel(response: HttpResponse, role: Role, where: str) -> None:
    assert OTHERS_WORD not in response.text_seen, where
    if role in READ_ONLY_ROLES:
        assert DRAFT_WORD not in response.text_seen, where
    if role is Role.ELECTED_MEMBER:
        assert SENSITIVE_WORD not in response.text_seen, where
        for what in OF_THE_SENSITIVE_ACTION:
            assert f"{MIXED_WORD} {what}" not in response.text_seen, where


@each_role
def test_another_councils_keys_are_answered_as_keys_that_do_not_exist(world, role) -> None:
    client = world.clients[role]
    for address in filter(has_keys, AUTHORITY + ADMIN):
        allowed = may(address, role)
        if address.is_admin and role is not Role.COORDINATOR:
            continue
        for method in ("GET", "POST"):
            # Who may not come here at all is turned away before anybody looks at the key.
            keysets = (world.theirs, *UNKNOWN_KEYS) if allowed else (world.theirs, UNKNOWN_KEYS[0])
            theirs, *unknown = (visit(client, method, fill(address, world.alpha, keys)) for keys in keysets)
            where = f"{method} {fill(address, world.alpha, world.theirs)}"
            _assert_no_sentinel(theirs, role, where)
            if not allowed:
                assert theirs.status_code == 403, where
            elif address.is_admin:
                # Django's admin goes back to its front page and says that there is no such record.
                assert theirs.status_code in (302, 403, 404), where
            else:
                assert theirs.status_code in (404, 405), where
                assert method == "POST" or theirs.status_code == 404, where
            assert {r.status_code for r in unknown} == {theirs.status_code}, where
            if not has_own_address(theirs):
                assert {r.headers.get("Location") for r in unknown} == {theirs.headers.get("Location")}, where


def has_own_address(response: HttpResponse) -> bool:
    """Whether it redirects to an address that has the key in it."""
    return bool(re.search(r"/\d+/", response.headers.get("Location", "")))


@pytest.mark.parametrize("role", sorted(READ_ONLY_ROLES), ids=str)
def test_drafts_do_not_exist_for_those_who_only_read(world, role) -> None:
    client = world.clients[role]
    for address in filter(has_keys, AUTHORITY):
        if not may(address, role):
            continue
        path = fill(address, world.alpha, world.own["draft"])
        assert visit(client, "GET", path).status_code == 404, path


@pytest.mark.parametrize("rows", ["sensitive", "mixed"])
def test_sensitive_rows_do_not_exist_for_an_elected_member(world, rows) -> None:
    client = world.clients[Role.ELECTED_MEMBER]
    for address in filter(has_keys, AUTHORITY):
        if may(address, Role.ELECTED_MEMBER):
            path = fill(address, world.alpha, world.own[rows])
            response = visit(client, "GET", path)
            _assert_no_sentinel(response, Role.ELECTED_MEMBER, path)
            if rows == "sensitive" or address.name.startswith("action_"):
                assert response.status_code == 404, path


@pytest.mark.parametrize("role", sorted(READ_ONLY_ROLES), ids=str)
def test_no_method_on_no_address_changes_a_row_for_those_who_only_read(world, role) -> None:
    client = world.clients[role]
    client.raise_request_exception = True
    before = contents()
    for address in AUTHORITY + ADMIN:
        for rows in (world.own["agreed"], world.own["draft"]) if address in AUTHORITY else (world.own["agreed"],):
            path = fill(address, world.alpha, rows)
            for method in ("POST", "PUT", "PATCH", "DELETE") if address in AUTHORITY else ("POST",):
                response = getattr(client, method.lower())(path)
                assert response.status_code in (302, 403, 404, 405), f"{method} {path}"
    for address in (a for a in AUTHORITY if may(a, role)):
        client.get(fill(address, world.alpha, world.own["agreed"]))
    assert contents() == before
    assert not LogEntry.objects.filter(event="refused").exists(), "permission, not the guard, is what stops them"


def test_a_closed_plan_opens_for_reading_and_nothing_in_it_changes(world) -> None:
    client, closed = world.clients[Role.COORDINATOR], world.own["closed"]
    for address in filter(has_keys, AUTHORITY + ADMIN):
        visit(client, "GET", fill(address, world.alpha, closed))
    keys = {model: row.pk for model, row in closed.items() if issubclass(model, OrganisationOwned)}
    in_plan = [model for model in keys if model._meta.app_label == "plans" and model.__name__ not in FREE_OF_PLANS]

    def stored() -> list:
        with acting_for(world.alpha):
            return [list(model.objects.filter(pk=keys[model]).values_list()) for model in in_plan]

    before = stored()
    client.raise_request_exception = False
    for address in filter(has_keys, AUTHORITY + ADMIN):
        for data in ({"post": "yes"}, _typed_in(address, world)):
            path = fill(address, world.alpha, closed)
            with undone():
                response = client.post(path, data)
                assert response.status_code < 500, path
                if response.status_code not in (403, 404, 405):
                    assert stored() == before, f"POST {path} with {data}"


FREE_OF_PLANS = {"Owner", "PlanImport", "ImportedFile", "ColumnHeading"}


def test_a_refusal_says_why(world, monkeypatch) -> None:
    monkeypatch.setattr("prevent_portal.views.render", render)
    for path in ("/authorities/alpha/log/", "/authorities/alpha/admin/"):
        response = visit(world.clients[Role.CLERK], "GET", path)
        assert response.status_code == 403
        assert "Your role here does not include this." in response.text_seen
        assert OTHERS_WORD not in response.text_seen


# What is typed in and asked for


def _forms_in(response: HttpResponse) -> Iterator[forms.BaseForm]:
    context = getattr(response, "context", None) or []
    seen = set()
    for layer in context if isinstance(context, list) else [context]:
        for value in list(getattr(layer, "flatten", dict)().values()):
            stack = [value]
            while stack:
                each = stack.pop()
                if id(each) in seen:
                    continue
                seen.add(id(each))
                if isinstance(each, forms.BaseForm):
                    yield each
                elif isinstance(each, forms.BaseFormSet):
                    stack += [*each.forms, each.empty_form]
                elif hasattr(each, "formset") and isinstance(each.formset, forms.BaseFormSet):
                    stack.append(each.formset)
                elif hasattr(each, "form") and isinstance(getattr(each, "form", None), forms.BaseForm):
                    stack.append(each.form)
                elif isinstance(each, list | tuple) and not isinstance(each, UserList) and len(each) < 50:
                    stack += list(each)


def forms_of(world: SimpleNamespace, role: Role, address: Address) -> list[forms.BaseForm]:
    """The forms of this page over a draft plan, as this role is shown them; fetched once."""
    if (role, address) not in world.forms:
        path = fill(address, world.alpha, world.own["draft"])
        world.forms[role, address] = list(_forms_in(visit(world.clients[role], "GET", path)))
    return world.forms[role, address]


def _typed_in(address: Address, world: SimpleNamespace, key: int | None = None) -> dict[str, Any]:
    """What the form of this address would send as it stands; with `key`, that in every choice among owned rows."""
    data: dict[str, Any] = {}
    for form in forms_of(world, Role.COORDINATOR, address):
        for bound in (form[name] for name in form.fields):
            value = bound.value()
            if key is not None and _asks_for_owned_row(bound.field):
                value = key
            widget = bound.field.widget
            if isinstance(widget, forms.MultiWidget):
                parts = value if isinstance(value, list | tuple) else widget.decompress(value)
                names = [
                    f"{bound.html_name}{suffix}" for suffix in getattr(widget, "widgets_names", ["_0", "_1", "_2"])
                ]
                data |= {n: "" if p is None else p for n, p in zip(names, parts, strict=False)}
            elif value is not None and value is not False:
                data[bound.html_name] = value
    return {name: value for name, value in data.items() if not hasattr(value, "read")}


def _asks_for_owned_row(field: forms.Field) -> bool:
    return isinstance(field, forms.ModelChoiceField) and issubclass(field.queryset.model, OrganisationOwned)


def test_no_form_offers_another_councils_rows(world) -> None:
    offered = 0
    for role in (Role.COORDINATOR, Role.CONTRIBUTOR):
        for address in AUTHORITY + (ADMIN if role is Role.COORDINATOR else []):
            if not may(address, role):
                continue
            path = fill(address, world.alpha, world.own["draft"])
            for form in forms_of(world, role, address):
                for name, each in form.fields.items():
                    if _asks_for_owned_row(each) and form.prefix != "__prefix__" and name != "id":
                        offered += 1
                        theirs = each.queryset.filter(organisation=world.bravo)
                        assert not theirs.exists(), f"{path}: {name}"
    assert offered > 20


def test_no_form_takes_another_councils_key(world) -> None:
    client = world.clients[Role.COORDINATOR]
    links = [
        (model, link.attname)
        for model in world.theirs
        if issubclass(model, OrganisationOwned)
        for link in model._meta.concrete_fields
        if isinstance(link, models.ForeignKey) and issubclass(link.related_model, OrganisationOwned)
    ]
    client.raise_request_exception = False
    for address in AUTHORITY + ADMIN:
        if not may(address, Role.COORDINATOR):
            continue
        path = fill(address, world.alpha, world.own["draft"])
        data = _typed_in(address, world, key=world.theirs[Plan].pk)
        with undone():
            response = client.post(path, data)
            assert response.status_code < 500, f"{path} with {data}"
            assert OTHERS_WORD not in _text(response, response.content), path
            with acting_for(world.alpha):
                for model, attname in links:
                    theirs = world.theirs[model._meta.get_field(attname).related_model].pk
                    assert not model.objects.filter(**{attname: theirs}).exists(), f"{path}: {model.__name__}.{attname}"


def test_forms_sent_as_they_stand_write_to_ones_own_council_only(world) -> None:
    """The forms do write, in the one council, and never an error of the server."""
    client, written = world.clients[Role.COORDINATOR], 0
    before = everything_stored()
    client.raise_request_exception = False
    for address in AUTHORITY + ADMIN:
        if not may(address, Role.COORDINATOR):
            continue
        path = fill(address, world.alpha, world.own["draft"])
        data = {"title": "New", "name": "New", "text": "New"} | _typed_in(address, world)
        with undone():
            response = client.post(path, data)
            assert response.status_code < 500, f"{path} with {data}"
            after = everything_stored()
            written += after != before
            theirs = world.bravo.pk
            for name in before:
                position = [f.attname for f in SNAKE_BY_CLASS[name]._meta.concrete_fields].index("organisation_id")
                assert [r for r in after[name] if r[position] == theirs] == [
                    r for r in before[name] if r[position] == theirs
                ], path
    assert written > 10


SNAKE_BY_CLASS = {model.__name__: model for model in apps.get_models()}


@each_role
def test_what_is_asked_for_in_the_query_shows_no_other_council(world, role) -> None:
    client = world.clients[role]
    asked = {name: row.pk for name, model in SNAKE.items() if (row := world.theirs.get(model))}
    queries = [
        asked,
        dict.fromkeys(asked, "x"),
        dict.fromkeys(asked, 10**25),
        {"q": OTHERS_WORD.partition("-")[0], "rag": "red", "state": "draft", "page": "last"},
        {"q": "\x00", "page": "-1", "rag": "\x00", "owner": "\x00"},
        {"page": "x", "p": "x", "o": "x", "e": "1"},
    ]
    for address in AUTHORITY + (ADMIN if role is Role.COORDINATOR else []):
        if not may(address, role):
            continue
        path = fill(address, world.alpha, rows_seen_by(world, role))
        if address.is_admin:
            is_asked = address.name.endswith(("_changelist", "_add", "_export"))
            chosen = queries[:3] if is_asked else []
        else:
            chosen = queries[:1] if has_keys(address) else queries
        for query in chosen:
            response = visit(client, "GET", path, query)
            _assert_no_sentinel(response, role, f"{path} {query}")


def test_the_admins_own_lookups_show_no_other_council(world) -> None:
    client = world.clients[Role.COORDINATOR]
    theirs = world.theirs[Plan].pk
    for address in ADMIN:
        if not address.name.endswith("_changelist"):
            continue
        path = fill(address, world.alpha, world.own["draft"])
        for query in (
            {"organisation": world.bravo.pk},
            {"organisation__id__exact": world.bravo.pk},
            {"organisation__slug__startswith": "b"},
            {"plan": theirs},
            {"plan__id__exact": theirs},
            {"plan__title__startswith": "BRAVO"},
            {"objective__plan__title__startswith": "BRAVO"},
            {"user__password__startswith": "md5"},
            {"id__in": str(theirs)},
            {"q": "BRAVO"},
            {"_popup": "1", "q": "BRAVO"},
        ):
            response = visit(client, "GET", path, query)
            assert OTHERS_WORD not in response.text_seen, f"{path} {query}"
            assert response.status_code in (200, 302, 400), f"{path} {query}"


def test_the_admins_autocomplete_offers_no_other_council(world) -> None:
    client, answered = world.clients[Role.COORDINATOR], 0
    path = f"/authorities/{world.alpha.slug}/admin/autocomplete/"
    for model in SNAKE.values():
        for link in model._meta.concrete_fields:
            if isinstance(link, models.ForeignKey):
                asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
                response = visit(client, "GET", path, asked | {"field_name": link.name, "term": ""})
                answered += response.status_code == 200
                assert OTHERS_WORD not in response.text_seen, f"{model.__name__}.{link.name}"
                assert response.status_code in (200, 403, 404), f"{model.__name__}.{link.name}"
    assert answered


# Elsewhere


def test_the_bare_admin_does_not_exist(world) -> None:
    for client in (Client(), world.clients[Role.COORDINATOR], world.operator):
        for path in ("/admin/", "/admin/login/", "/admin/plans/plan/"):
            for method in METHODS:
                assert visit(client, method, path).status_code == 404, path


def test_the_platforms_pages_are_the_operators_alone(world) -> None:
    for address in (a for a in ELSEWHERE if a.route.startswith("platform/")):
        path = fill(address, "", world.own["draft"])
        for method in METHODS:
            assert visit(Client(), method, path).status_code == 302, f"{method} {path}"
        for role in (Role.AUTHORITY_ADMINISTRATOR, Role.REVIEWER):
            for method in ("GET", "POST"):
                assert visit(world.clients[role], method, path).status_code == 403, f"{method} {path}"


def test_the_operator_finds_no_authoritys_rows_on_the_platforms_pages(world) -> None:
    opened = 0
    for address in (a for a in ELSEWHERE if a.route.startswith("platform/")):
        for keys in (world.own["draft"], world.theirs, *UNKNOWN_KEYS):
            path = fill(address, "", keys)
            for method in ("GET", "POST"):
                response = visit(world.operator, method, path)
                opened += response.status_code == 200
                words = re.sub(f"{OTHERS_WORD} person", "", response.text_seen)
                assert OTHERS_WORD not in words, path
                assert DRAFT_WORD not in words, path
        assert visit(world.operator, "DELETE", fill(address, "", world.own["draft"])).status_code != 204
    assert opened > 20


def test_public_and_account_pages_answer_everybody_without_an_error(world) -> None:
    people = [None, world.people[Role.COORDINATOR], world.people[Role.REVIEWER]]
    for address in (a for a in ELSEWHERE if not a.route.startswith("platform/")):
        path = fill(address, "", UNKNOWN_KEYS[0])
        for person in people:
            # Signed in afresh: one of these pages signs out.
            client = Client() if person is None else signed_in(person)
            for method in METHODS:
                response = visit(client, method, path)
                assert response.status_code in (200, 302, 400, 401, 403, 404, 405, 409, 429), f"{method} {path}"
                assert OTHERS_WORD not in response.text_seen, f"{method} {path}"


def test_nobody_signs_themselves_up(world) -> None:
    people = User.objects.count()
    for _time in range(2):
        response = Client().post(
            "/account/signup/",
            {
                "email": "self@example.org",
                "password1": "a long password of mine",
                "password2": "a long password of mine",
            },
        )
        assert response.status_code in (200, 302, 403)
    assert User.objects.count() == people


def test_a_role_that_needs_a_second_factor_gets_nowhere_without(world, settings) -> None:
    settings.MFA_REQUIRED_ROLES = [Role.COORDINATOR.value]
    for address in AUTHORITY + ADMIN:
        path = fill(address, world.alpha, world.own["draft"])
        for method in ("GET", "POST"):
            response = visit(world.clients[Role.COORDINATOR], method, path)
            assert (response.status_code, response.headers["Location"]) == (302, "/account/second-factor/"), path


def test_the_platform_operator_needs_a_second_factor_where_that_is_set(world, settings) -> None:
    settings.MFA_REQUIRED_ROLES = ["platform_operator"]
    assert visit(world.operator, "GET", "/platform/").status_code in (302, 403)
    assert visit(world.operator, "GET", "/platform/prevent_portal/user/").status_code in (302, 403)


def test_an_account_that_is_closed_is_a_stranger(world) -> None:
    user = make_user(Role.COORDINATOR, world.alpha)
    client = signed_in(user)
    assert visit(client, "GET", "/authorities/alpha/").status_code == 200
    user.is_active = False
    user.save()
    assert visit(client, "GET", "/authorities/alpha/").status_code == 302


def test_every_page_of_an_authority_is_a_portal_page() -> None:
    """So that it has a permission; what else stands below an authority's address is the admin."""
    for address in AUTHORITY:
        assert issubclass(address.view, PortalMixin), address
    assert not [a for a in MAIN if ADMIN_PREFIX.match("/" + a.route.replace("<authority>", "x"))]


def test_the_script_prefix_is_put_back_after_the_admin(world) -> None:
    from django.urls import get_script_prefix, reverse

    visit(world.clients[Role.COORDINATOR], "GET", f"/authorities/{world.alpha.slug}/admin/")
    visit(world.clients[Role.CLERK], "GET", f"/authorities/{world.alpha.slug}/admin/")
    visit(world.clients[Role.COORDINATOR], "GET", f"/authorities/{world.alpha.slug}/admin/no/such/")
    assert get_script_prefix() == "/"
    assert reverse("home") == "/"
