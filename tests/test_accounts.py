"""What an account may not do although nothing else stops it."""

import pytest
from django.core.exceptions import ValidationError

from plans.services import MAX_IMPORTED_ACTIONS, stage_imports
from prevent_portal import clock
from prevent_portal.models import Membership
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for
from prevent_portal.tables_in import UnreadableFile
from tests.factories import address, make_action, make_authority, make_owner, make_plan, make_user, signed_in

pytestmark = pytest.mark.django_db


def test_a_platform_operator_cannot_be_given_a_role():
    authority = make_authority()
    operator = make_user(None, is_platform_operator=True)
    membership = Membership(user=operator, organisation=authority, role=Role.COORDINATOR, starts_on=clock.today())
    with pytest.raises(ValidationError):
        membership.full_clean()


def test_a_role_that_a_platform_operator_holds_all_the_same_opens_nothing():
    authority = make_authority()
    operator = make_user(Role.COORDINATOR, authority, is_platform_operator=True)
    assert signed_in(operator).get(address(authority, "authority_home")).status_code == 404


def test_pages_of_somebody_signed_in_stay_in_no_cache():
    authority = make_authority()
    client = signed_in(make_user(Role.COORDINATOR, authority))
    for page in (address(authority, "authority_home"), "/", "/account/2fa/", "/help/"):
        assert "no-store" in client.get(page).headers["Cache-Control"], page


def test_a_page_that_is_not_found_names_no_authority():
    hidden = make_authority("Hidden Council")
    client = signed_in(make_user(Role.COORDINATOR, make_authority()))
    for page in (address(hidden, "authority_home"), f"/authorities/{hidden.slug}/admin/"):
        response = client.get(page)
        assert response.status_code == 404 and "Hidden Council" not in response.content.decode()


def test_a_file_with_more_actions_than_any_plan_has_is_refused():
    authority = make_authority()
    rows = "".join(f"{n},Objective {n},Do thing {n}\n" for n in range(MAX_IMPORTED_ACTIONS + 1))
    with acting_for(authority), pytest.raises(UnreadableFile):
        stage_imports(
            organisation=authority, file_name="plan.csv", data=f"Ref,Objective,Action\n{rows}".encode(), user=None
        )


def test_a_hand_over_with_a_number_that_is_no_key_is_a_wrong_choice_not_an_error():
    authority = make_authority()
    client = signed_in(make_user(Role.COORDINATOR, authority))
    owner = make_owner(authority)
    make_action(make_plan(authority, actions=0), owner=owner)
    page = address(authority, "plans:owner_hand_over", pk=owner.pk)
    response = client.post(page, {"actions": "9" * 400, "to_owner": "", "reason": "x"})
    assert response.status_code == 200 and "actions" in response.context["form"].errors
