"""The form of the house: what docs/architecture.md promises and a reader of the code relies on."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from prevent_portal.audit import Recorded
from prevent_portal.scoping import OrganisationOwned, OwnedManager, OwnedQuerySet

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("prevent_portal", "plans", "benchmarks", "training")
MOST_LINES = 600
"""Longer than this a module has more than one subject."""

LONGER = {"plans/admin.py", "plans/resources.py"}
"""One model, one paper, one table after another; each may grow to MOST_LINES_OF_LISTS."""

TEXTS = "plans/demonstration/"
"""The demonstration county: sentences, no subject of a module."""

MOST_LINES_OF_LISTS = 800
VERBS = set(
    "add alter allow change create drop fill index keep let load make mark merge move name note record refuse remove "
    "rename require retire say split store tie".split()
)


def sources(*, migrations: bool = False) -> Iterator[tuple[str, ast.Module]]:
    """(path from the top, syntax tree) of every module that runs in production."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if migrations or "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """(call, last name of what is called) in this module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield node, name


def where(called: set[str], *, allowed: set[str] = frozenset()) -> set[str]:
    """The modules, but for those allowed, that call anything of these names."""
    return {
        path
        for path, tree in sources()
        if not any(path == each or path.startswith(f"{each}/") for each in allowed)
        for _call, name in calls(tree)
        if name in called
    }


def names_used(tree: ast.Module) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            found |= {alias.name for alias in node.names}
    return found


OUR_MODELS = [m for m in apps.get_models() if m._meta.app_label in PACKAGES]
OWNED_MODELS = [m for m in OUR_MODELS if issubclass(m, OrganisationOwned)]


# What the walls stand on


def test_sql_by_hand_is_in_the_guard_and_in_migrations_alone() -> None:
    assert where({"cursor", "raw", "extra", "RawSQL", "executescript"}, allowed={"prevent_portal/guard.py"}) == set()


def test_all_organisations_are_crossed_in_commands_alone() -> None:
    allowed = ("prevent_portal/scoping.py", "prevent_portal/management/", "plans/management/", "training/management/")
    users = {path for path, tree in sources() if "all_organisations" in names_used(tree)}
    assert {path for path in users if not path.startswith(allowed)} == set()


def test_a_viewer_who_sees_everything_is_made_in_scoping_alone() -> None:
    makers = {
        path
        for path, tree in sources()
        for call, _name in calls(tree)
        if any(keyword.arg == "sees_everything" for keyword in call.keywords)
    }
    assert makers == {"prevent_portal/scoping.py"}


def test_the_viewer_is_set_by_the_middleware_and_by_commands_alone() -> None:
    """Code of a page that takes on another viewer would walk through every wall."""
    allowed = {
        "prevent_portal/scoping.py",
        "prevent_portal/middleware.py",
        "prevent_portal/management",
        "plans/management",
        "benchmarks/management",
        # Nobody is signed in who opens a one-time link; its pages show and write what belongs to the link alone.
        "prevent_portal/one_time_links.py",
        # Nor where a calendar program fetches: it sees what the address's owner may see.
        "prevent_portal/calendar_views.py",
        # The demonstration county is loaded by a command.
        "prevent_portal/demonstration.py",
        "plans/demonstration",
        "benchmarks/demonstration.py",
        "training/management",
        "training/demonstration.py",
    }
    assert where({"viewing", "acting_for"}, allowed=allowed) == set()


def test_the_log_is_written_in_audit_alone() -> None:
    for path, tree in sources():
        if path == "prevent_portal/audit.py":
            continue
        for call, name in calls(tree):
            target = ast.unparse(call.func)
            assert name != "LogEntry", path
            if "LogEntry" in target:
                assert name not in {"create", "bulk_create", "get_or_create", "update_or_create", "update", "delete"}, (
                    path
                )


def test_private_writes_of_querysets_are_called_nowhere() -> None:
    """They pass by the log or by the check of who may write."""
    allowed = {"prevent_portal/scoping.py", "prevent_portal/audit.py"}
    assert where({"_raw_delete", "_update", "_insert", "save_base"}, allowed=allowed) == set()


def test_below_the_manager_is_asked_in_these_places_alone() -> None:
    """`QuerySet(Model)` sees everybody's rows. Each use is counted here, so that nobody adds one in passing.

    Who may see an owner is decided from assignments that the viewer need not see; a paper must know which names to
    leave out, and how many rows it does not show.
    """
    made = {path: sum(name == "QuerySet" for _call, name in calls(tree)) for path, tree in sources()}
    assert {path: n for path, n in made.items() if n} == {
        "plans/querysets.py": 1,
        "plans/reports/builder.py": 4,
        "plans/reports/public.py": 1,
    }


def test_owned_models_have_the_owned_manager_and_no_other() -> None:
    assert OWNED_MODELS
    for model in OWNED_MODELS:
        assert [type(m) for m in model._meta.managers] == [type(model.objects)], model
        assert isinstance(model.objects, OwnedManager), model
        assert isinstance(model._base_manager, OwnedManager), model
        assert issubclass(model.objects._queryset_class, OwnedQuerySet), model


def test_what_locks_or_releases_rows_leads_over_keys_of_the_row_itself() -> None:
    """`_lock_through` and joins in UPDATE understand plain keys only."""
    for model in OWNED_MODELS:
        condition = model.objects.all().locked_condition
        for child in condition.children if condition else ():
            assert isinstance(child, tuple), f"{model}: a lock is a flat list of conditions"
            assert not child[0].startswith("organisation"), model


def test_owned_models_never_belong_to_an_organisation_by_inheritance_of_tables() -> None:
    for model in OUR_MODELS:
        assert not model._meta.parents, f"{model}: a parent's table would be saved past the checks"
        assert not model._meta.proxy, model


def test_streams_are_not_sent() -> None:
    """A streamed body is made after the viewer and the guard have gone."""
    assert where({"StreamingHttpResponse", "FileResponse"}) == set()


def test_threads_are_not_started() -> None:
    """A thread has a connection of its own, which no guard watches. Those of papers know HTML and no rows."""
    papers = {"prevent_portal/documents/helper.py", "prevent_portal/documents/in_parts.py"}
    called = {"Thread", "ThreadPoolExecutor", "start_new_thread", "sync_to_async"}
    assert where(called, allowed=papers) == set()


# Models


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda m: m.__name__)
def test_a_model_says_what_it_is(model) -> None:
    assert model.__doc__, model
    assert not model.__doc__.startswith(f"{model.__name__}("), f"{model}: say it in council terms"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda m: m.__name__)
def test_foreign_keys_protect_unless_a_reason_is_written_beside_them(model) -> None:
    for link in model._meta.concrete_fields:
        if not isinstance(link, models.ForeignKey):
            continue
        on_delete = link.remote_field.on_delete
        # A key without a constraint may lead nowhere: nothing changes when its target goes.
        loose = on_delete is models.DO_NOTHING and not link.db_constraint
        plain = on_delete in (models.PROTECT, models.CASCADE)
        assert plain or loose, f"{model.__name__}.{link.name} would change rows unlogged"
        if on_delete is models.CASCADE:
            assert issubclass(link.related_model, OrganisationOwned), f"{model.__name__}.{link.name}"
    for path, text in (
        (p, p.read_text())
        for package in PACKAGES
        for p in [*(ROOT / package).glob("models*.py"), *(ROOT / package).glob("models/*.py")]
    ):
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if "models.CASCADE" in line:
                assert lines[number - 1].strip().startswith("#"), f"{path}:{number + 1}: say why"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda m: m.__name__)
def test_fields_are_named_for_what_they_hold(model) -> None:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.DateTimeField):
            assert field.name.endswith("_at") or field.name in {"at", "last_login"}, field
        elif isinstance(field, models.DateField):
            assert field.name.endswith("_on") or field.name in {"on", "period_start", "period_end"}, field
        elif isinstance(field, models.BooleanField):
            assert field.name.startswith("is_"), field


def test_declared_fields_exist() -> None:
    for model in OUR_MODELS:
        if issubclass(model, Recorded):
            for name in {*model.personal_fields, *model.unrecorded_fields}:
                assert name in {f.attname for f in model._meta.concrete_fields}, f"{model}: {name}"
        for name in getattr(model, "cross_organisation_links", ()):
            try:
                model._meta.get_field(name)
            except FieldDoesNotExist as error:
                raise AssertionError(f"{model}: {name}") from error


def test_names_of_people_are_personal_fields() -> None:
    """Fields that plainly hold who somebody is; the log must not keep them."""
    for model in OUR_MODELS:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.EmailField) or field.name in {"owners_as_written", "password"}:
                assert field.name in model.personal_fields, f"{model.__name__}.{field.name}"


# Code


def test_every_module_and_public_function_says_what_it_is() -> None:
    silent = set()
    for path, tree in sources():
        name = Path(path).name
        if name == "__init__.py" and not tree.body:
            continue
        if name not in {"__init__.py", "apps.py"} and not ast.get_docstring(tree):
            silent.add(path)
    assert silent == set()


def test_nothing_prints() -> None:
    assert where({"print", "pprint", "breakpoint"}) == set()


def test_today_is_asked_of_the_clock_alone() -> None:
    assert where({"localdate"}, allowed={"prevent_portal/clock.py"}) == set()
    for path, tree in sources():
        for call, name in calls(tree):
            if name == "today" and isinstance(call.func, ast.Attribute):
                assert ast.unparse(call.func) == "clock.today", path


def test_html_comes_from_templates_alone() -> None:
    tag = re.compile(
        r"<(/?)(a|b|br|button|div|em|form|h[1-6]|i|img|input|li|p|script|span|strong|table|td|th|tr|ul)\b[^>]*>"
    )
    # These read and repair HTML that came from elsewhere.
    allowed = {"prevent_portal/tables_in", "prevent_portal/documents", "plans/understanding"}
    for path, tree in sources():
        if any(path.startswith(each) for each in allowed):
            continue
        docstrings = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, DOCUMENTED)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docstrings:
                assert not tag.search(node.value), f"{path}:{node.lineno}"
    assert where({"mark_safe", "SafeString", "SafeText"}) == set()


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


DRAWN_BY_ALLAUTH = """{{ totp_svg|cut:"<?xml version='1.0' encoding='UTF-8'?>"|safe }}"""


def test_templates_come_from_files_and_switch_no_escaping_off() -> None:
    (engine,) = settings.TEMPLATES
    assert engine["BACKEND"] == "django.template.backends.django.DjangoTemplates"
    assert where({"from_string", "Template"}) == set()
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text().replace(DRAWN_BY_ALLAUTH, "")
        assert not re.search(r"\|\s*safe\b|\|\s*safeseq\b|autoescape off", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), f"{path}: a script inline"
        # A mail program fetches no style sheet.
        is_mail = path == ROOT / "templates" / "mail" / "base.html"
        assert is_mail or not re.search(r"<style\b|\sstyle=\"", text), f"{path}: a style inline"
        assert not re.search(r"\son[a-z]+=\"", text), f"{path}: a handler inline"


def test_no_module_has_more_than_one_subject() -> None:
    too_long = {}
    for path, _tree in sources():
        lines = len((ROOT / path).read_text().splitlines())
        if not path.startswith(TEXTS) and lines > (MOST_LINES_OF_LISTS if path in LONGER else MOST_LINES):
            too_long[path] = lines
    assert too_long == {}


def test_the_base_app_names_no_domain() -> None:
    """import-linter holds this for whole packages; here also for imports inside functions and for names in settings."""
    domains = {package for package in PACKAGES if package != "prevent_portal"}
    for path, tree in sources():
        if not path.startswith("prevent_portal/") or path in {
            "prevent_portal/urls.py",
            "prevent_portal/settings/base.py",
        }:
            continue
        for node in ast.walk(tree):
            imported = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert domains.isdisjoint(name.split(".")[0] for name in imported), f"{path}:{node.lineno}"
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get_model" and node.args:
                first = node.args[0]
                assert not (isinstance(first, ast.Constant) and first.value.split(".")[0] in domains), path


def test_views_are_declarations_without_queries_across_shared_tables() -> None:
    """A page asks for people of one authority through memberships, never for all of them."""
    for path, tree in sources():
        if "views" in path:
            for call, _name in calls(tree):
                assert not ast.unparse(call.func).startswith("User.objects.all"), path


# Migrations


def test_migrations_have_verbs_for_names() -> None:
    for package in PACKAGES:
        for path in sorted((ROOT / package / "migrations").glob("[0-9]*.py")):
            name = path.stem.partition("_")[2]
            assert name == "initial" or name.partition("_")[0] in VERBS, f"{path.name}: say what it does"
            assert "auto" not in name, path.name


def test_migrations_can_be_reversed() -> None:
    for path, tree in sources(migrations=True):
        if "/migrations/" not in path:
            continue
        for call, name in calls(tree):
            if name == "RunPython":
                arguments = len(call.args) + len([k for k in call.keywords if k.arg == "reverse_code"])
                assert arguments >= 2, f"{path}: RunPython without a way back"
            if name == "RunSQL":
                assert len(call.args) >= 2 or any(k.arg == "reverse_sql" for k in call.keywords), path


# The project speaks of itself alone


def test_no_file_names_a_machine_or_a_registry() -> None:
    forbidden = re.compile(
        r"https?://(registry|files|test)?\.?(npmjs|pypi|pythonhosted)\.|/(home|root)/\w", re.IGNORECASE
    )
    for path in _tracked_texts():
        assert not forbidden.search(path.read_text(errors="replace")), path


def _tracked_texts() -> Iterator[Path]:
    for pattern in ("*.txt", "*.toml", "*.json", "docs/**/*.md", "script/*", "static/*.json"):
        for path in ROOT.glob(pattern):
            if path.is_file():
                yield path
    for path, _tree in sources():
        yield ROOT / path


def test_the_npm_lock_holds_no_addresses() -> None:
    lock = json.loads((ROOT / "static" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
