"""From memberships to a viewer: whose rows a person sees and in which roles."""

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Q

from .models import Membership, Organisation, User
from .permissions import ROLES_SEEING_RELEASED_ONLY, Role
from .scoping import Viewer


@dataclass(frozen=True)
class Access:
    """What one person may see today: the viewer for one address and the authorities to choose from."""

    viewer: Viewer
    authorities: tuple[Organisation, ...]

    def needs_second_factor(self, user: User) -> bool:
        """Whether a role held here asks for a second factor that the person has not set up."""
        return not self.viewer.roles.isdisjoint(settings.MFA_REQUIRED_ROLES) and not is_mfa_enabled(user)


def viewer_for(user: User, organisation: Organisation | None, *, today: dt.date) -> Access:
    """The viewer for this person on a page of `organisation` (None: a page of no authority).

    Two queries, whatever the person belongs to. Staff of a county see what its districts have released, and
    the other way round; partner bodies have no such view.
    """
    # SECURITY: whoever gives access must not be able to give it to themselves.
    memberships = (
        []
        if user.is_platform_operator
        else list(
            Membership.objects.filter(user=user)
            .current(today)
            .select_related("organisation")
            .order_by("organisation__name")
        )
    )
    staff_of = {m.organisation_id: m.organisation for m in memberships if m.role not in ROLES_SEEING_RELEASED_ONLY}
    councils = [organisation for organisation in staff_of.values() if organisation.is_authority]
    colleagues = (
        {
            o.pk: o
            for o in Organisation.objects.exclude(kind=Organisation.Kind.PARTNER)
            .filter(Q(parent__in=councils) | Q(pk__in=[c.parent_id for c in councils if c.parent_id]))
            .order_by("name")
        }
        if councils
        else {}
    )
    reviewed = {m.organisation_id for m in memberships if m.role == Role.REVIEWER}
    elected_to = {m.organisation_id for m in memberships if m.role == Role.ELECTED_MEMBER}

    roles: frozenset[Role] = frozenset()
    if organisation is not None:
        roles = frozenset(Role(m.role) for m in memberships if m.organisation_id == organisation.pk)
        if not roles and organisation.pk in colleagues:
            roles = frozenset({Role.COLLEAGUE})

    mine = {m.organisation_id: m.organisation for m in memberships}
    viewer = Viewer(
        user_id=user.pk,
        organisation_id=organisation.pk if organisation else None,
        roles=roles,
        own=frozenset(staff_of),
        released=(frozenset(colleagues) | reviewed) - frozenset(staff_of),
        released_official=frozenset(elected_to) - frozenset(staff_of) - reviewed,
    )
    return Access(viewer, (*mine.values(), *(o for pk, o in colleagues.items() if pk not in mine)))
