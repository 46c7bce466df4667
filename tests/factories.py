"""Small made-up authorities, people and plans for tests.

    authority = make_authority("Ashmere District Council")
    officer = make_user(Role.OFFICER, authority)
    plan = make_plan(authority, actions=3)
    client = signed_in(officer)
    client.get(address(authority, "plans:plan_detail", pk=plan.pk))

Rows are written as a command would write them (`acting_for`); reading them in a test needs `acting_for` too.
"""

import datetime as dt
import itertools
from typing import Any

from django.db import models
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify

from benchmarks.models import Benchmark
from plans.models import (
    Action,
    Assignment,
    ColumnHeading,
    ImportedFile,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    PlanImport,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from plans.rules import DateKind, Rag
from plans.understanding.draft import ActionDraft, ObjectiveDraft, PlanDraft, QuarantinedDraft, SectionDraft
from prevent_portal import clock
from prevent_portal.links import portal_url
from prevent_portal.models import Membership, Organisation, Recommendation, User
from prevent_portal.permissions import Role
from prevent_portal.scoping import acting_for

LONG_AGO = dt.date(2020, 1, 1)
FAR_AHEAD = dt.date(2099, 12, 31)

_numbers = itertools.count(1)


def make_authority(name: str = "", *, kind: str = Organisation.Kind.DISTRICT, parent: Organisation | None = None):
    """A council; a fresh name if none is given."""
    name = name or f"Council {next(_numbers)}"
    return Organisation.objects.create(name=name, slug=slugify(name), kind=kind, parent=parent)


def make_user(role: Role | None, organisation: Organisation | None = None, *, name: str = "", **fields) -> User:
    """An account with this role there, beginning a year ago; a reviewer's ends in a year."""
    number = next(_numbers)
    user = User.objects.create(email=f"person{number}@council.example", name=name or f"Person {number}", **fields)
    if role is not None:
        year = dt.timedelta(days=365)
        ends = {"ends_on": clock.today() + year, "reason": "Assurance"} if role is Role.REVIEWER else {}
        Membership.objects.create(
            user=user, organisation=organisation, role=role, starts_on=clock.today() - year, **ends
        )
    return user


def make_owner(
    organisation: Organisation, name: str = "", *, post: str = "", user: User | None = None, **fields
) -> Owner:
    """An owner of actions."""
    with acting_for(organisation):
        owner = Owner(organisation=organisation, name=name or f"Owner {next(_numbers)}", post=post, user=user, **fields)
        owner.save()
    return owner


def make_plan(organisation: Organisation, *, actions: int = 1, state: str = Plan.State.DRAFT, **fields) -> Plan:
    """A plan with one section, one objective and this many actions in it."""
    with acting_for(organisation):
        plan = Plan(
            organisation=organisation,
            title=fields.pop("title", "") or f"Prevent action plan {next(_numbers)}",
            **fields,
        )
        plan.save()
        section = Section(organisation=organisation, plan=plan, title="Leadership", ref="1")
        section.save()
        objective = Objective(organisation=organisation, plan=plan, section=section, ref="1", text="Clear leadership")
        objective.save()
        for _ in range(actions):
            make_action(plan, objective=objective)
        if state != Plan.State.DRAFT:
            # Closed last of all: nothing can be written into a closed plan.
            plan.state, plan.agreed_on, plan.agreed_by = state, clock.today(), "Prevent board"
            plan.closed_on = clock.today() if state == Plan.State.CLOSED else None
            plan.save()
    return plan


def make_action(
    plan: Plan,
    *,
    objective: Objective | None = None,
    due_on: dt.date | None = None,
    rag: Rag = Rag.NOT_STATED,
    owner: Owner | None = None,
    **fields,
) -> Action:
    """One more action, in the plan's first objective unless another is given."""
    number = next(_numbers)
    with acting_for(plan.organisation):
        action = Action(
            organisation=plan.organisation,
            plan=plan,
            objective=objective or plan.objectives.first(),
            text=fields.pop("text", f"Do thing {number}"),
            position=fields.pop("position", number),
            stated_rag=rag.value,
            **fields,
        )
        action.save()
        if due_on:
            TargetDate(
                organisation=plan.organisation,
                action=action,
                as_written="by then",
                kind=DateKind.FIXED.value,
                on=due_on,
            ).save()
        if owner:
            Assignment(organisation=plan.organisation, action=action, owner=owner).save()
    return action


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(organisation: Organisation, name: str, **kwargs) -> str:
    """The address of a page of this authority."""
    return portal_url(organisation, name, **kwargs)


def make_everything(
    organisation: Organisation, word: str, state: str = Plan.State.DRAFT, *, user: User | None = None, **marking: str
) -> dict[type[models.Model], models.Model]:
    """One row of every owned model, each with `word` in its texts, all in one plan in `state`.

    `marking` is "official_sensitive" for any of `plan`, `objective`, `action`, `remark`. `user` is the account of
    the owner. A new owned model that is missing here fails `test_isolation`.
    """
    rows: dict[type[models.Model], models.Model] = {}
    marks = {key: {"marking": value} for key, value in marking.items()}
    agreed = {} if state == Plan.State.DRAFT else {"agreed_on": LONG_AGO, "agreed_by": f"{word} board"}

    def add(model: type[models.Model], **fields: Any) -> Any:
        rows[model] = model(organisation=organisation, **fields)
        rows[model].save()
        return rows[model]

    with acting_for(organisation):
        owner = add(Owner, name=f"{word} name", post=f"{word} post {next(_numbers)}", user=user)
        exercise = f"{word} exercise {next(_numbers)}"
        recommendation = add(Recommendation, exercise=exercise, number=1, text=f"{word} recommendation")
        title = f"{word} plan {next(_numbers)}"
        plan = add(Plan, title=title, aim=f"{word} aim", introduction=word, **agreed, **marks.get("plan", {}))
        section = add(Section, plan=plan, title=f"{word} section", introduction=f"{word} heading")
        objective = add(
            Objective,
            plan=plan,
            section=section,
            ref="1",
            text=f"{word} objective",
            tier=word,
            outcome_measure=f"{word} measure",
            owners_as_written=f"{word} owners",
            recommendation=recommendation,
            **marks.get("objective", {}),
        )
        add(ObjectiveBenchmark, objective=objective, benchmark=Benchmark.objects.first())
        add(Remark, plan=plan, section=section, text=f"{word} remark", points_to=word, **marks.get("remark", {}))
        action = add(
            Action,
            plan=plan,
            objective=objective,
            letter="a",
            text=f"{word} action",
            outcome_measure=f"{word} outcome",
            resources=f"{word} resources",
            owners_as_written=f"{word} owners",
            rag_as_written=word,
            rag_reason=f"{word} reason",
            **marks.get("action", {}),
        )
        add(TargetDate, objective=objective, action=action, as_written=f"{word} date", on=LONG_AGO)
        add(Assignment, objective=objective, action=action, owner=owner, role=Assignment.Role.LEAD)
        add(Step, action=action, text=f"{word} step")
        add(Milestone, action=action, text=f"{word} milestone", due_on=LONG_AGO)
        add(ProgressUpdate, action=action, made_on=LONG_AGO, note=f"{word} note", reason=f"{word} why")
        file = add(ImportedFile, sha256=f"{next(_numbers)}", data=word.encode())
        add(
            PlanImport,
            plan=plan,
            file=file,
            file_name=f"{word} file.docx",
            sha256=file.sha256,
            title=word,
            draft=_draft(word).to_json(),
            expires_at=timezone.now() + dt.timedelta(days=14),
        )
        add(ColumnHeading, heading=f"{word} heading {next(_numbers)}".lower(), field="action")
        if state != Plan.State.DRAFT:
            plan.state = state
            plan.save()
    return rows


def _draft(word: str) -> PlanDraft:
    """What a file might have said: a row, and something that was set aside."""
    row = ObjectiveDraft(key="r1", text=f"{word} objective", actions=[ActionDraft(text=f"{word} action")])
    aside = QuarantinedDraft(key="q1", table="table 2", row=1, reason="No plan", text=f"{word} aside")
    return PlanDraft(title=word, sections=[SectionDraft(title=word, objectives=[row])], quarantined=[aside])
