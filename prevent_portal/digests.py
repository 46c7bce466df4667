"""One digest a week for each person: what waits for them in all their authorities, in one e-mail.

Whoever has nothing waiting gets none. What there is to say comes from the domains (`panels.DigestSource`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import DigestChoice, Membership, Organisation, OutgoingMail, User
from .panels import Figure, Reason, Recipient, Reminder, registry
from .permissions import Role

KIND = "digest"
LINES_PER_GROUP = 20
"""More under one heading nobody reads; the portal has them all."""


def period_of(today: dt.date) -> str:
    """The week, Monday to Sunday, in which somebody gets one digest: "2026-W48" (ISO 8601)."""
    year, week, _day = today.isocalendar()
    return f"{year}-W{week:02}"


@dataclass
class Part:
    """What one authority has to say to one person."""

    organisation: Organisation
    reminders: list[Reminder] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def groups(self) -> list["Group"]:
        """The reminders under their headings, most urgent first."""
        by_reason: dict[Reason, list[Reminder]] = defaultdict(list)
        for reminder in self.reminders:
            by_reason[reminder.reasons[0]].append(reminder)
        return [Group(reason, by_reason[reason]) for reason in sorted(by_reason, key=lambda each: each.order)]


@dataclass
class Group:
    """Reminders under one heading."""

    reason: Reason
    reminders: list[Reminder]

    @property
    def shown(self) -> list[Reminder]:
        return self.reminders[:LINES_PER_GROUP]

    @property
    def left_out(self) -> int:
        return len(self.reminders) - len(self.shown)


def recipients(today: dt.date) -> dict[Organisation, dict[User, Recipient]]:
    """By authority, those with a role there today; one query."""
    roles: dict[tuple[Organisation, User], set[Role]] = defaultdict(set)
    people = Membership.objects.current(today).filter(user__is_active=True, user__is_platform_operator=False)
    for membership in people.select_related("organisation", "user").order_by("organisation", "user"):
        roles[membership.organisation, membership.user].add(Role(membership.role))
    found: dict[Organisation, dict[User, Recipient]] = defaultdict(dict)
    for (organisation, user), held in roles.items():
        found[organisation][user] = Recipient(user.pk, frozenset(held))
    return found


def gather(
    organisation: Organisation, people: dict[User, Recipient], choices: dict[int, DigestChoice], *, today: dt.date
) -> Iterator[tuple[User, Part]]:
    """What this authority, as whose command it runs, has to say to each of its people."""
    found: dict[int, list[Reminder]] = defaultdict(list)
    overviews: list[tuple[str, list[Figure]]] = []
    for source in registry.digest_sources:
        for user_id, reminders in source.find(
            organisation=organisation, recipients=people.values(), today=today
        ).items():
            found[user_id] += reminders
        if any(each.may(source.overview_permission) for each in people.values()):
            figures = source.overview(organisation=organisation, today=today)
            overviews.append((source.overview_permission, figures))
    for user, recipient in people.items():
        choice = choices.get(user.pk) or DigestChoice()
        if not choice.is_on:
            continue
        part = Part(organisation, [each for each in map(_wanted_by(choice), found[user.pk]) if each])
        if choice.is_authority_wanted:
            part.figures = [each for code, figures in overviews if recipient.may(code) for each in figures]
        if part.reminders or any(figure.count for figure in part.figures):
            yield user, part


def _wanted_by(choice: DigestChoice):
    def narrowed(reminder: Reminder) -> Reminder | None:
        reasons = tuple(each for each in reminder.reasons if getattr(choice, each.wish))
        return Reminder(reasons, reminder.text, reminder.detail, reminder.address) if reasons else None

    return narrowed


def written(parts_of: dict[User, list[Part]], *, today: dt.date) -> Iterable[OutgoingMail]:
    """A digest for each person, ready for the outbox."""
    period = period_of(today)
    for user, parts in parts_of.items():
        context = {
            "user": user,
            "parts": parts,
            "today": today,
            "portal": settings.PORTAL_URL,
            "choose": reverse("reminder_choice"),
        }
        yield OutgoingMail(
            kind=KIND,
            period=period,
            address=user.email,
            user=user,
            subject=_subject(parts),
            text=render_to_string("mail/digest.txt", context),
            html=render_to_string("mail/digest.html", context),
        )


def _subject(parts: list[Part]) -> str:
    """The two most urgent headings with their numbers; the authority where there is nothing but figures."""
    counts: dict[Reason, int] = defaultdict(int)
    for part in parts:
        for group in part.groups():
            counts[group.reason] += len(group.reminders)
    if not counts:
        return _("Prevent: how the plans of %(authority)s stand") % {"authority": parts[0].organisation}
    total = sum(counts.values())
    first = sorted(counts, key=lambda each: each.order)[:2]
    said = ", ".join(f"{each.heading} ({counts[each]})" for each in first)
    return ngettext("Prevent: %(n)d thing for you – %(said)s", "Prevent: %(n)d things for you – %(said)s", total) % {
        "n": total,
        "said": said,
    }
