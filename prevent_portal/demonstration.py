"""The demonstration county: its councils, its accounts, and the order in which the domains fill it.

Everything here is invented. Places, people and bodies do not exist; the ONS codes follow the pattern but are
not in use. All addresses end in `.example`, which can receive no mail.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .audit import acting
from .models import Membership, Organisation, User
from .panels import registry
from .permissions import Role

COUNTY = "exampleshire"
PASSWORD = "exampleshire-seven-districts"  # noqa: S105 - shown to everybody who tries the demonstration
"""Shared by all demonstration accounts: it opens nothing but invented data."""

REVIEWER_DAYS = 180
MEMBERS_SINCE_DAYS = 900


class DemonstrationNotAllowed(PermissionDenied):
    """This installation must not hold accounts whose password everybody knows."""


@dataclass(frozen=True, slots=True)
class DemonstrationOrganisation:
    """A council or body of the demonstration."""

    slug: str
    name: str
    kind: Organisation.Kind
    ons_code: str = ""
    is_funded: bool = False
    parent: str = COUNTY
    region: Organisation.Region = Organisation.Region.EAST_MIDLANDS


@dataclass(frozen=True, slots=True)
class DemonstrationAccount:
    """One account to try the portal with; `role` None is the platform operator."""

    email: str
    name: str
    post: str
    role: Role | None
    organisation: str
    good_for: str | Promise

    @property
    def role_label(self) -> str:
        return str(self.role.label if self.role else _("Platform operator"))


_COUNTY, _DISTRICT, _BOROUGH = Organisation.Kind.COUNTY, Organisation.Kind.DISTRICT, Organisation.Kind.BOROUGH

ORGANISATIONS = (
    DemonstrationOrganisation(COUNTY, "Exampleshire County Council", _COUNTY, "E10999001", parent=""),
    DemonstrationOrganisation("ashmere", "Ashmere District Council", _DISTRICT, "E07999001"),
    DemonstrationOrganisation("brackenhythe", "Brackenhythe District Council", _DISTRICT, "E07999002"),
    DemonstrationOrganisation("calderwold", "Calderwold Borough Council", _BOROUGH, "E07999003", is_funded=True),
    DemonstrationOrganisation("oakhampton", "Oakhampton Borough Council", _BOROUGH, "E07999004"),
    DemonstrationOrganisation("penmarrow", "Penmarrow District Council", _DISTRICT, "E07999005"),
    DemonstrationOrganisation("stonewater-vale", "Stonewater Vale District Council", _DISTRICT, "E07999006"),
    DemonstrationOrganisation(
        "tilverton-and-eastmarsh", "Tilverton and Eastmarsh Borough Council", _BOROUGH, "E07999007"
    ),
    DemonstrationOrganisation(
        "exampleshire-police", "Exampleshire Police Prevent team", Organisation.Kind.PARTNER, parent=""
    ),
    DemonstrationOrganisation("exampleshire-college", "Exampleshire College", Organisation.Kind.PARTNER, parent=""),
    # Has nothing to do with the county: what its coordinator sees shows the walls between authorities.
    DemonstrationOrganisation(
        "wrenhaven",
        "Wrenhaven Council",
        Organisation.Kind.UNITARY,
        "E06999001",
        parent="",
        region=Organisation.Region.SOUTH_WEST,
    ),
)

ACCOUNTS = (
    DemonstrationAccount(
        "coordinator@exampleshire.example",
        "Alex Marlow",
        "Prevent Coordinator",
        Role.COORDINATOR,
        COUNTY,
        _("everything about the county's plans: importing, agreeing, closing, papers for the committee"),
    ),
    DemonstrationAccount(
        "officer@exampleshire.example",
        "Sam Whitlock",
        "Community Safety Officer",
        Role.OFFICER,
        COUNTY,
        _("changing plans and recording progress on any action, but not agreeing a plan"),
    ),
    DemonstrationAccount(
        "contributor@exampleshire.example",
        "Jordan Pell",
        "Head of Libraries and Registration",
        Role.CONTRIBUTOR,
        COUNTY,
        _("an owner of actions: recording progress on their own ones and nobody else's"),
    ),
    DemonstrationAccount(
        "training@exampleshire.example",
        "Morgan Tay",
        "Workforce Development Manager",
        Role.TRAINING_OFFICER,
        COUNTY,
        _("what the training officer sees"),
    ),
    DemonstrationAccount(
        "venues@exampleshire.example",
        "Robin Quill",
        "Bookings Team Leader",
        Role.VENUE_OFFICER,
        COUNTY,
        _("what the people who take bookings see"),
    ),
    DemonstrationAccount(
        "clerk@exampleshire.example",
        "Casey Lorne",
        "Democratic Services Officer",
        Role.CLERK,
        COUNTY,
        _("taking the plan as an accessible PDF, full or public, for a committee"),
    ),
    DemonstrationAccount(
        "member@exampleshire.example",
        "Councillor Taylor Venn",
        "Chair of the Communities Scrutiny Committee",
        Role.ELECTED_MEMBER,
        COUNTY,
        _("reading agreed plans, without what is OFFICIAL-SENSITIVE; writes nothing"),
    ),
    DemonstrationAccount(
        "reviewer@exampleshire.example",
        "Jamie Orrin",
        "Regional Prevent Adviser",
        Role.REVIEWER,
        COUNTY,
        _("a Home Office adviser's access: agreed plans only, read-only, with an end, every view logged"),
    ),
    DemonstrationAccount(
        "administrator@exampleshire.example",
        "Frances Odell",
        "Digital Services Manager",
        Role.AUTHORITY_ADMINISTRATOR,
        COUNTY,
        _("giving and ending accounts, the log, handing over a leaver's actions"),
    ),
    DemonstrationAccount(
        "coordinator@oakhampton.example",
        "Lee Carrow",
        "Community Safety Manager",
        Role.COORDINATOR,
        "oakhampton",
        _("a district's side: its own drafts, and what the county has agreed"),
    ),
    DemonstrationAccount(
        "coordinator@wrenhaven.example",
        "Drew Halloran",
        "Prevent and Cohesion Lead",
        Role.COORDINATOR,
        "wrenhaven",
        _("another council altogether: nothing of Exampleshire exists here"),
    ),
    DemonstrationAccount(
        "operator@portal.example",
        "Kit Sorrel",
        "Platform Operator",
        None,
        "",
        _("creating authorities, frameworks and lists under /platform/; sees no authority's rows"),
    ),
)

PEOPLE_WITHOUT_PASSWORD = (
    # Their names stand beside progress updates; nobody can sign in as them.
    ("education@exampleshire.example", "Ellis Brook", "Education Safeguarding Adviser", Role.CONTRIBUTOR, COUNTY),
    ("coordinator@ashmere.example", "Robin Ferris", "Community Safety Manager", Role.COORDINATOR, "ashmere"),
    ("coordinator@brackenhythe.example", "Hollis Grange", "Community Safety Manager", Role.COORDINATOR, "brackenhythe"),
    ("coordinator@calderwold.example", "Ashley Corven", "Prevent Programme Manager", Role.COORDINATOR, "calderwold"),
    ("coordinator@penmarrow.example", "Dale Rushmore", "Environmental Health Manager", Role.COORDINATOR, "penmarrow"),
    (
        "coordinator@stonewater-vale.example",
        "Marley Quaife",
        "Partnerships Manager",
        Role.COORDINATOR,
        "stonewater-vale",
    ),
    (
        "coordinator@tilverton-and-eastmarsh.example",
        "Charlie Whitcombe-Aldous",
        "Strategic Lead for Community Resilience",
        Role.COORDINATOR,
        "tilverton-and-eastmarsh",
    ),
)
LEAVER = ("engagement@exampleshire.example", "Pat Ainsley", "Community Engagement Officer", Role.CONTRIBUTOR, COUNTY)
LEFT_DAYS_AGO = 26
"""Since when the county's leaver, who still has open actions, is gone."""


def is_loaded() -> bool:
    """Whether the demonstration county is there."""
    return Organisation.objects.filter(slug=COUNTY).exists()


@transaction.atomic
def load(*, today: dt.date) -> bool:
    """Fill an installation with the demonstration county; returns whether there was anything to do.

    All or nothing, and the same whenever it is run, except that every date is counted from `today`. Raises
    `DemonstrationNotAllowed` where the settings do not allow accounts with a known password.
    """
    if not getattr(settings, "DEMONSTRATION_ALLOWED", False):
        raise DemonstrationNotAllowed(
            "The demonstration has accounts whose password is printed in the documentation. "
            "These settings do not allow it (DEMONSTRATION_ALLOWED)."
        )
    if is_loaded():
        return False
    with acting(actor_id=None, reason="Demonstration data"):
        _make_organisations()
        _make_accounts(today)
        for demonstration in registry.demonstrations:
            demonstration.load(today=today)
    return True


def _make_organisations() -> None:
    made: dict[str, Organisation] = {}
    for each in ORGANISATIONS:
        made[each.slug] = Organisation.objects.create(
            name=each.name,
            slug=each.slug,
            kind=each.kind,
            # Partner bodies stand outside the two tiers.
            parent=made.get(each.parent),
            nation=Organisation.Nation.ENGLAND,
            region=each.region,
            ons_code=each.ons_code,
            is_funded=each.is_funded,
        )


def _make_accounts(today: dt.date) -> None:
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    # One hash for all: it is the same known password, and hashing takes a quarter of a second each.
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            email=account.email,
            name=account.name,
            post=account.post,
            password=password,
            is_platform_operator=account.role is None,
        )
        for account in ACCOUNTS
    )
    Membership.objects.bulk_create(
        _membership(account, user, organisations[account.organisation], today)
        for account, user in zip(ACCOUNTS, users, strict=True)
        if account.role is not None
    )
    _make_colleagues(organisations, today)


def _make_colleagues(organisations: dict[str, Organisation], today: dt.date) -> None:
    colleagues = (*PEOPLE_WITHOUT_PASSWORD, LEAVER)
    no_password = make_password(None)
    users = User.objects.bulk_create(
        User(email=email, name=name, post=post, password=no_password, is_active=email != LEAVER[0])
        for email, name, post, _role, _slug in colleagues
    )
    left_on = today - dt.timedelta(days=LEFT_DAYS_AGO)
    Membership.objects.bulk_create(
        Membership(
            user=user,
            organisation=organisations[slug],
            role=role,
            starts_on=today - dt.timedelta(days=MEMBERS_SINCE_DAYS),
            ends_on=left_on if user.email == LEAVER[0] else None,
        )
        for user, (_email, _name, _post, role, slug) in zip(users, colleagues, strict=True)
    )


def _membership(account: DemonstrationAccount, user: User, organisation: Organisation, today: dt.date) -> Membership:
    if account.role is Role.REVIEWER:
        return Membership(
            user=user,
            organisation=organisation,
            role=account.role,
            starts_on=today - dt.timedelta(days=14),
            ends_on=today + dt.timedelta(days=REVIEWER_DAYS),
            reason="Annual assurance: reads the agreed plan and its progress",
        )
    return Membership(
        user=user,
        organisation=organisation,
        role=account.role,
        starts_on=today - dt.timedelta(days=MEMBERS_SINCE_DAYS),
    )
