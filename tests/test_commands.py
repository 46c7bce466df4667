"""The contract of commands that write, held by `create_authority`."""

import datetime as dt
import json

import pytest
from django.core.management import CommandError, call_command

from prevent_portal.models import LogEntry, Membership, Organisation, User

pytestmark = pytest.mark.django_db

COUNTY = ("Testshire County Council", "--slug=testshire", "--kind=county", "--region=east_midlands")
ADMINISTRATOR = ("--administrator=Head@Testshire.example", "--administrator-name=Head of Digital")


def test_without_commit_nothing_is_written(capsys) -> None:
    call_command("create_authority", *COUNTY, *ADMINISTRATOR)
    assert "Nothing was written" in capsys.readouterr().out
    assert not Organisation.objects.exists()
    assert not User.objects.exists()
    assert not LogEntry.objects.exists()


def test_with_commit_the_authority_and_its_administrator_are_there() -> None:
    call_command("create_authority", *COUNTY, *ADMINISTRATOR, "--ons-code=E10999099", "--funded", "--commit")
    organisation = Organisation.objects.get(slug="testshire")
    assert (organisation.ons_code, organisation.is_funded, organisation.nation) == ("E10999099", True, "england")
    membership = Membership.objects.get(organisation=organisation)
    assert (membership.role, membership.user.email) == ("authority_administrator", "head@testshire.example")
    assert not membership.user.has_usable_password()


def test_a_second_time_changes_nothing(capsys) -> None:
    for _time in range(2):
        call_command("create_authority", *COUNTY, *ADMINISTRATOR, "--commit", "--json")
        report = json.loads(capsys.readouterr().out)
        lines = LogEntry.objects.count()
    assert report == {
        "authority": {"slug": "testshire", "name": "Testshire County Council", "kind": "county"},
        "is_new": False,
        "address": "/authorities/testshire/",
        "administrator": {"email": "head@testshire.example", "is_new_account": False, "is_new_grant": False},
        "committed": True,
    }
    assert lines == 3


def test_a_second_time_with_other_values_is_refused() -> None:
    call_command("create_authority", *COUNTY, "--commit")
    with pytest.raises(CommandError, match="differs in: name, kind"):
        call_command("create_authority", "Testshire Council", "--slug=testshire", "--kind=unitary",
                     "--region=east_midlands", "--commit")  # fmt: skip


def test_a_new_administrator_can_be_added_to_an_authority_that_is_there() -> None:
    call_command("create_authority", *COUNTY, "--commit")
    call_command("create_authority", *COUNTY, *ADMINISTRATOR, "--commit")
    assert Membership.objects.count() == 1


def test_a_membership_that_is_over_is_given_again() -> None:
    call_command("create_authority", *COUNTY, *ADMINISTRATOR, "--commit")
    Membership.objects.update(starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2020, 12, 31))
    call_command("create_authority", *COUNTY, *ADMINISTRATOR, "--commit")
    assert Membership.objects.count() == 2


def test_a_district_stands_below_its_county() -> None:
    call_command("create_authority", *COUNTY, "--commit")
    call_command(
        "create_authority", "Lower Testing", "--slug=lower", "--kind=district", "--parent=testshire", "--commit"
    )
    assert Organisation.objects.get(slug="lower").parent.slug == "testshire"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("X", "--slug=x", "--kind=district", "--parent=nowhere"), "no county is called nowhere"),
        (("X", "--slug=x", "--kind=unitary", "--parent=nowhere"), "Only a district or borough"),
        (("X", "--slug=not a slug", "--kind=unitary"), "slug: "),
        (("X", "--slug=x", "--kind=unitary", "--ons-code=E100000000"), "ons_code: "),
        (("X", "--slug=x", "--kind=unitary", "--administrator=a@b.example"), "needs --administrator-name"),
        (("X", "--slug=x", "--kind=unitary", "--administrator=not-an-address", "--administrator-name=A"), "email: "),
        (("X", "--slug=x", "--kind=unitary", "--actor=nobody@b.example"), "no active account"),
        (("X", "--slug=x", "--kind=unitary", f"--reason={'x' * 501}"), "at most 500"),
    ],
)
def test_an_error_says_what_is_wrong_and_writes_nothing(arguments, message) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("create_authority", *arguments, "--commit")
    assert not Organisation.objects.exists()
    assert not User.objects.exists()


def test_the_log_says_who_and_why() -> None:
    actor = User.objects.create_user("operator@portal.example", name="Platform Operator")
    call_command("create_authority", *COUNTY, "--commit", "--actor=OPERATOR@portal.example", "--reason=New authority")
    line = LogEntry.objects.get(model="prevent_portal.organisation")
    assert (line.actor, line.reason, line.organisation.slug) == (actor, "New authority", "testshire")


def test_without_an_actor_it_is_the_system() -> None:
    call_command("create_authority", *COUNTY, "--commit")
    assert LogEntry.objects.get(model="prevent_portal.organisation").actor is None
