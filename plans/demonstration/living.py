"""What keeps the county's plan alive in the demonstration: a meeting and what changed since, evidence, a new date."""

import datetime as dt

from benchmarks.models import BenchmarkResult
from plans.county import district_actions, districts_of
from plans.frozen import take_snapshot
from plans.models import Action, Plan
from plans.rules import Rag
from plans.services import (
    add_deliveries,
    ask_for_date,
    link_actions,
    link_evidence,
    link_gap,
    move_date,
    record_progress,
)
from prevent_portal import evidence
from prevent_portal.access import viewer_for
from prevent_portal.audit import because
from prevent_portal.evidence import Content
from prevent_portal.evidence_kinds import check_file
from prevent_portal.models import Evidence, Organisation, Recommendation, RiskReview, User
from prevent_portal.scoping import acting_for, viewing

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


def freeze_and_go_on(organisation: Organisation, users: dict[str, User], today: dt.date) -> None:
    """The plan as its board saw it, and what has become of five of its actions since."""
    coordinator = users["coordinator@exampleshire.example"]
    with acting_for(organisation, user_id=coordinator.pk):
        plan = Plan.objects.get(state=Plan.State.AGREED, period_start__lte=today, period_end__gte=today)
        take_snapshot(plan=plan, on=today, meeting="Prevent board", meeting_on=today, user=coordinator)
        for beginning, note, rag, reason in (
            ("Have all standing members", "The last two have sent their certificates.", Rag.BLUE, ""),
            ("Hold listening events", "Dates and places agreed for all four parts.", Rag.GREEN, ""),
            (
                "Replace the four different referral pages",
                "Two of the seven districts have still to agree the wording.",
                Rag.AMBER,
                "The date holds only if both answer within the month.",
            ),
        ):
            action = Action.objects.get(plan=plan, text__startswith=beginning)
            with because(reason):
                record_progress(action=action, made_on=today, note=note, rag=rag, reason=reason, user=coordinator)
        delivered = Action.objects.get(plan=plan, text__startswith="Deliver eight face-to-face")
        with because("The trainer is on leave until spring."):
            move_date(action=delivered, to=today + dt.timedelta(days=130))
        objective = Action.objects.get(plan=plan, text__startswith="Offer workshops on critical thinking").objective
        Action(
            organisation=organisation,
            plan=plan,
            objective=objective,
            position=objective.actions.count(),
            letter="c",
            text="Ask the youth council to test the workshops before they are offered more widely.",
        ).save()


def answer_what_was_recommended(organisation: Organisation, users: dict[str, User], today: dt.date) -> None:
    """When risk was reviewed; of its recommendations one is answered twice, one dealt with, one without an action."""
    coordinator = users["coordinator@exampleshire.example"]
    with acting_for(organisation, user_id=coordinator.pk):
        plan = Plan.objects.get(state=Plan.State.AGREED, period_start__lte=today, period_end__gte=today)
        RiskReview(
            organisation=organisation,
            kind=RiskReview.Kind.COUNTER_TERRORISM_PROFILE,
            reviewed_on=today - dt.timedelta(days=390),
            reviewed_by="Prevent board",
            next_review_on=today - dt.timedelta(days=25),
        ).save()
        review = RiskReview(
            organisation=organisation,
            kind=RiskReview.Kind.RISK_ASSESSMENT,
            reviewed_on=today - dt.timedelta(days=80),
            reviewed_by="Prevent board",
            next_review_on=today + dt.timedelta(days=285),
        )
        review.save()
        of_board = [
            Recommendation(
                organisation=organisation,
                source=Recommendation.Source.RISK_REVIEW,
                exercise="Review of risk by the board",
                number=number,
                total=3,
                made_on=review.reviewed_on,
                risk_review=review,
                text=text,
            )
            for number, text in enumerate(
                (
                    "Put the venue policy before every parish council, not only those that run a hall.",
                    "Let members hear once a year which kinds of concern reach the county, at OFFICIAL.",
                    "Agree with the neighbouring county who speaks to a college that lies on the border.",
                ),
                start=1,
            )
        ]
        Recommendation.objects.bulk_create(of_board)
        venues, members, _college = Recommendation.objects.filter(risk_review=review).order_by("number")
        link_actions(
            recommendation=venues,
            actions=Action.objects.filter(plan=plan, text__startswith="Adopt one venue hire policy")
            | Action.objects.filter(plan=plan, text__startswith="Train everybody who takes bookings"),
        )
        link_actions(
            recommendation=members, actions=Action.objects.filter(plan=plan, text__startswith="Brief all members")
        )
        members.closed_on = today - dt.timedelta(days=9)
        members.save()


def link_to_districts(organisation: Organisation, users: dict[str, User], today: dt.date) -> None:
    """Two of the county's actions are delivered by what its districts have agreed."""
    user = users["coordinator@exampleshire.example"]
    # A command acts for one authority; what the districts have released is seen as the coordinator sees it.
    with viewing(viewer_for(user, organisation, today=today).viewer):
        plan = Plan.objects.of(organisation).get(
            state=Plan.State.AGREED, period_start__lte=today, period_end__gte=today
        )
        agreed = district_actions(districts_of(organisation)).official().order_by("organisation__name", "pk")
        for beginning, word in (("Adopt one venue hire policy", "venue"), ("Map all 212 job families", "train")):
            delivered_by = list(agreed.filter(text__icontains=word)[:3])
            add_deliveries(action=Action.objects.get(plan=plan, text__startswith=beginning), delivered_by=delivered_by)


def _add(organisation: Organisation, user: User, content: Content, **fields) -> Evidence:
    return evidence.add_evidence(evidence=Evidence(organisation=organisation, **fields), content=content, user=user)


def _file(name: str, text: str) -> Content:
    return Content(file=check_file(name, text.encode(), most_bytes=MOST_BYTES))


def close_gaps(today: dt.date) -> None:
    """Actions of the county's plan for gaps that its self-assessments found."""
    organisation = Organisation.objects.get(slug="exampleshire")
    with acting_for(organisation):
        plan = Plan.objects.get(state=Plan.State.AGREED, period_start__lte=today, period_end__gte=today)
        for number, words in ((7, "train"), (8, "hire"), (10, "communicat")):
            actions = Action.objects.filter(plan=plan, text__icontains=words)[:2]
            for result in BenchmarkResult.objects.filter(
                benchmark__number=number, assessment__year__gte=today.year - 1
            ).select_related("organisation"):
                link_gap(result=result, answer=None, actions=actions)
