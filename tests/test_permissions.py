"""The permission matrix: documented as it is, and the one thing that pages, buttons and the admin ask."""

import io
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.views.generic import TemplateView

from prevent_portal.admin import officers_site
from prevent_portal.panels import registry
from prevent_portal.permissions import (
    ASSIGNABLE_ROLES,
    EVERYONE,
    MATRIX,
    READ_ONLY_ROLES,
    ROLES_SEEING_RELEASED_ONLY,
    Role,
    roles_allow,
    roles_for,
)
from prevent_portal.scoping import OrganisationOwned, Viewer, viewing
from prevent_portal.views import PortalMixin

from .factories import make_authority, make_user

ROOT = Path(__file__).resolve().parent.parent
CODES = {permission.code for permission in MATRIX}
READING_VERBS = {"view", "export"}


def all_pages(base: type = PortalMixin) -> set[type]:
    found = set()
    for each in base.__subclasses__():
        found |= {each} | all_pages(each)
    return found


def test_the_documented_table_is_what_the_command_writes() -> None:
    out = io.StringIO()
    call_command("permission_table", stdout=out)
    assert (ROOT / "docs" / "permissions.md").read_text() == out.getvalue(), (
        "run: script/manage permission_table > docs/permissions.md"
    )


def test_every_page_names_a_permission_of_the_matrix() -> None:
    import_module(settings.ROOT_URLCONF)
    pages = {page for page in all_pages() if page.permission}
    assert len(pages) > 20
    assert {page.permission for page in pages} <= CODES, "a code that is not in the matrix lets nobody in"


def test_a_page_without_a_permission_does_not_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="names no permission"):
        type("ForgetfulView", (PortalMixin, TemplateView), {})


def test_every_tab_and_panel_asks_the_matrix() -> None:
    assert {item.permission for item in [*registry.navigation, *registry.panels]} <= CODES


def test_every_permission_is_asked_for_somewhere() -> None:
    """A row of the matrix that nothing asks for promises something that does not exist."""
    sources = [
        path.read_text()
        for folder in ("prevent_portal", "plans", "benchmarks", "training", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html"} and path.name not in {"permissions.py", "permission_table.py"}
    ]
    # Django's admin asks by model, in code of its own.
    by_model = {
        f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
        for model in officers_site._registry
        for verb in ("view", "add", "change", "delete")
    }
    unused = {code for code in CODES - by_model if not any(code in source for source in sources)}
    assert not unused


def test_codes_and_labels_are_stated_once() -> None:
    assert len(CODES) == len(MATRIX) == len({str(permission.label) for permission in MATRIX})
    assert all(permission.roles for permission in MATRIX)


def test_every_role_has_a_label_of_its_own() -> None:
    assert len({str(role.label) for role in Role}) == len(Role)
    for role in Role:
        assert str(role.label) != role.value
        assert ("read-only" in str(role.label)) == (role in READ_ONLY_ROLES), role


def test_a_colleague_is_never_assigned() -> None:
    assert set(ASSIGNABLE_ROLES) == EVERYONE - {Role.COLLEAGUE}


def test_read_only_roles_hold_no_permission_to_change_anything() -> None:
    for permission in MATRIX:
        verb = permission.code.partition(".")[2].partition("_")[0]
        if verb not in READING_VERBS:
            assert READ_ONLY_ROLES.isdisjoint(permission.roles), permission.code


def test_who_sees_no_drafts_changes_nothing() -> None:
    assert ROLES_SEEING_RELEASED_ONLY <= READ_ONLY_ROLES


def test_every_role_sees_its_authoritys_front_page_and_plans() -> None:
    for code in ("prevent_portal.view_organisation", "plans.view_plan"):
        assert roles_for(code) == EVERYONE


def test_an_unknown_code_is_nobodys() -> None:
    for code in ("plans.fly_plan", "", "plans", "elsewhere.view_thing", "prevent_portal.delete_user", "auth.add_user"):
        assert roles_for(code) == frozenset(), code


def test_a_part_without_a_row_of_its_own_follows_the_plan() -> None:
    assert roles_for("plans.view_step") == roles_for("plans.view_plan")
    assert roles_for("plans.add_step") == roles_for("plans.change_step") == roles_for("plans.change_plan")
    assert roles_for("plans.delete_step") == roles_for("plans.delete_plan")


def test_no_owned_model_can_be_changed_by_read_only_roles_in_the_admin() -> None:
    for model in apps.get_models():
        if issubclass(model, OrganisationOwned):
            for verb in ("add", "change", "delete"):
                code = f"{model._meta.app_label}.{verb}_{model._meta.model_name}"
                assert not roles_allow(READ_ONLY_ROLES, code), code


@pytest.mark.django_db
def test_django_asks_the_same_matrix_for_the_authority_of_the_request() -> None:
    organisation = make_authority()
    officer = make_user(Role.OFFICER, organisation)
    assert not officer.has_perm("plans.change_plan"), "nowhere in particular, nothing in particular"
    with viewing(Viewer(user_id=officer.pk, organisation_id=organisation.pk, roles=frozenset({Role.OFFICER}))):
        assert officer.has_perm("plans.change_plan")
        assert not officer.has_perm("plans.agree_plan")
        assert not make_user(Role.OFFICER, organisation).has_perm("plans.change_plan"), "somebody else's request"
        officer.is_active = False
        assert not officer.has_perm("plans.change_plan")


def test_a_viewer_without_roles_may_nothing_and_writes_nothing() -> None:
    viewer = Viewer(user_id=1, organisation_id=1)
    assert viewer.is_read_only
    assert not viewer.may_write(1)
    assert not any(viewer.may(code) for code in CODES)


def test_read_only_and_staff_together_may_write() -> None:
    viewer = Viewer(user_id=1, organisation_id=1, roles=frozenset({Role.REVIEWER, Role.OFFICER}))
    assert not viewer.is_read_only
    assert viewer.may_write(1)
    assert not viewer.may_write(2)
