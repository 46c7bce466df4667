"""What keeps the county's plan alive in the demonstration: evidence at its actions, and a new date asked for."""

import datetime as dt

from plans.models import Action, Plan
from plans.services import ask_for_date, link_evidence
from prevent_portal import evidence
from prevent_portal.evidence import Content
from prevent_portal.evidence_kinds import check_file
from prevent_portal.models import Evidence, Organisation, User
from prevent_portal.scoping import acting_for

MOST_BYTES = 100_000
ATTENDANCE = "Meeting,Organisations invited,Organisations present\nSpring,9,8\nSummer,9,9\n"
ATTENDANCE_SINCE = f"{ATTENDANCE}Autumn,9,9\n"


def add_evidence_and_a_request(organisation: Organisation, users: dict[str, User], today: dt.date) -> None:
    """Three pieces of evidence, one of them in two versions and one retired, and a date that waits for an answer."""
    coordinator, contributor = users["coordinator@exampleshire.example"], users["contributor@exampleshire.example"]
    with acting_for(organisation, user_id=coordinator.pk):
        plan = Plan.objects.get(state=Plan.State.AGREED, period_start__lte=today, period_end__gte=today)
        attendance = _add(
            organisation,
            coordinator,
            _file("attendance.csv", ATTENDANCE),
            title="Attendance at the board",
            description="How many of the organisations that are invited came to each meeting.",
            kept_by="Community Safety Officer",
            dated_on=today - dt.timedelta(days=60),
            expires_on=today + dt.timedelta(days=40),
        )
        evidence.add_version(
            evidence=attendance,
            content=_file("attendance.csv", ATTENDANCE_SINCE),
            note="With the autumn meeting",
            user=coordinator,
        )
        guide = _add(
            organisation,
            coordinator,
            Content(url="https://www.example.org/exampleshire/who-does-what"),
            title="Who does what: guide on the intranet",
            kept_by="Communications Manager",
            dated_on=today - dt.timedelta(days=40),
        )
        survey = _add(
            organisation,
            coordinator,
            Content(url="https://www.example.org/exampleshire/survey"),
            title="Survey of reception staff, two years ago",
            dated_on=today - dt.timedelta(days=700),
        )
        evidence.retire_evidence(evidence=survey, on=today, reason="A newer survey takes its place.")
        for beginning, piece in (
            ("Report attendance", attendance),
            ("Renew the board", attendance),
            ("Publish a one-page guide", guide),
        ):
            link_evidence(action=Action.objects.get(plan=plan, text__startswith=beginning), evidence=piece)
    with acting_for(organisation, user_id=contributor.pk):
        ask_for_date(
            action=Action.objects.get(plan=plan, text__startswith="Put together an evening for parents"),
            wanted_on=today + dt.timedelta(days=70),
            reason="The schools asked for an evening after the holidays.",
            user=contributor,
        )


def _add(organisation: Organisation, user: User, content: Content, **fields) -> Evidence:
    return evidence.add_evidence(evidence=Evidence(organisation=organisation, **fields), content=content, user=user)


def _file(name: str, text: str) -> Content:
    return Content(file=check_file(name, text.encode(), most_bytes=MOST_BYTES))
