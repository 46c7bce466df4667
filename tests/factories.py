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

from benchmarks import reports as assessment_reports
from benchmarks.models import (
    Answer,
    AnswerComment,
    AnswerEvidence,
    Assessment,
    Benchmark,
    BenchmarkResult,
    Framework,
    Level,
    LocalQuestion,
    Moderation,
    Question,
    Respondent,
    ResultRecommendation,
    Submission,
)
from benchmarks.models.frameworks import FrameworkPart
from benchmarks.services import start_assessment
from plans.models import (
    Action,
    ActionEvent,
    ActionEvidence,
    ActionGap,
    ActionRecommendation,
    Assignment,
    ColumnHeading,
    DateRequest,
    Delivery,
    ImportedFile,
    Milestone,
    Objective,
    ObjectiveBenchmark,
    Owner,
    Plan,
    PlanImport,
    PlanSnapshot,
    ProgressUpdate,
    Remark,
    Section,
    Step,
    TargetDate,
)
from plans.reports import build_plan_report, build_public_plan_report
from plans.rules import DateKind, Rag
from plans.understanding.draft import ActionDraft, ObjectiveDraft, PlanDraft, QuarantinedDraft, SectionDraft
from prevent_portal import clock, freezing
from prevent_portal.links import portal_url
from prevent_portal.models import (
    CalendarFeed,
    Evidence,
    EvidenceVersion,
    FrozenCopy,
    FrozenEdition,
    Membership,
    OneTimeLink,
    Organisation,
    Recommendation,
    RiskReview,
    User,
)
from prevent_portal.permissions import Role
from prevent_portal.scoping import OrganisationOwned, acting_for
from training.models import (
    Completion,
    Course,
    CourseName,
    Equivalence,
    Exemption,
    ListHeading,
    ListImport,
    ListKind,
    Person,
    Post,
    Requirement,
    RequirementGroup,
)

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


def another(row: models.Model, *, beside: bool = False, **changes: Any) -> models.Model:
    """A new row, unsaved, with the values of `row` and `changes`, and others where something must be unique.

    A key that must be unique points at a row written for it or, `beside`, at another one of the same authority.
    """
    model = type(row)
    fields = {field.name: field for field in model._meta.concrete_fields if not field.primary_key}
    values = {field.attname: getattr(row, field.attname) for field in fields.values()}
    unique = [[name] for name, field in fields.items() if field.unique]
    unique += [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) and c.fields]
    for names in unique:
        varied = [fields[name] for name in names if name not in ("organisation", "action", "objective")]
        # What is null is like nothing else.
        varied = [] if any(values[field.attname] is None for field in varied) else varied
        if varied and not any({field.name, field.attname} & changes.keys() for field in varied):
            texts = (field for field in varied if isinstance(field, models.CharField) and not field.choices)
            field = next(texts, varied[-1])
            values[field.attname] = _other_value(row, field, beside)
    for name in changes:
        values.pop(fields[name].attname if name in fields else name, None)
    return model(**(values | changes))


def _other_value(row: models.Model, field: models.Field, beside: bool) -> Any:
    number = next(_numbers)
    if isinstance(field, models.EmailField):
        return f"person{number}@council.example"
    if isinstance(field, models.CharField):
        return f"new{number}"[: field.max_length]
    if isinstance(field, models.DateField):
        return LONG_AGO + dt.timedelta(days=number)
    if isinstance(field, models.ForeignKey):
        target = getattr(row, field.name)
        if beside:
            others = type(target).objects.exclude(pk=target.pk).order_by("pk")
            owned = issubclass(type(target), OrganisationOwned)
            return (others.of(row.organisation) if owned else others).values_list("pk", flat=True).first()
        if isinstance(target, FrameworkPart) and target.containing_framework().is_published:
            # A published framework gets no new rows.
            used = type(row).objects.exclude(**{field.attname: None}).values(field.attname)
            others = list(type(target).objects.exclude(pk__in=used).values_list("pk", flat=True))
            return others[number % len(others)]
        if isinstance(target, User):
            return make_user(None).pk
        new = another(target)
        new.save()
        return new.pk
    return number + 100


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
    # A frozen copy is as sensitive as the most sensitive thing in it.
    marked = next(iter(marks.values()), {})
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
        asked = {"wanted_on": FAR_AHEAD, "reason": f"{word} why later", "answer": f"{word} answer"}
        add(DateRequest, action=action, state=DateRequest.State.ACCEPTED, **asked)
        add(ActionEvent, action=action, kind=ActionEvent.Kind.WORDING, before=f"{word} before", after=f"{word} after")
        evidence = add(Evidence, title=f"{word} evidence", description=f"{word} description", kept_by=f"{word} keeper")
        address = f"https://www.example.org/{slugify(word)}"
        add(EvidenceVersion, evidence=evidence, url=address, note=f"{word} version")
        kept = {"file_name": f"{word} file.pdf", "content_type": "application/pdf", "sha256": "0" * 64}
        add(EvidenceVersion, evidence=evidence, number=2, **kept)
        add(ActionEvidence, action=action, evidence=evidence, note=f"{word} shows")
        add(ActionRecommendation, action=action, recommendation=recommendation)
        add(Delivery, action=action, delivered_by=action, note=f"{word} delivery")
        assessment = _add_assessment(add, word, state, evidence, recommendation, user, marks.get("plan", {}))
        add(ActionGap, action=action, result=rows[BenchmarkResult], answer=rows[Answer])
        add(
            RiskReview,
            kind=RiskReview.Kind.RISK_ASSESSMENT,
            reviewed_on=LONG_AGO + dt.timedelta(days=next(_numbers)),
            reviewed_by=f"{word} reviewer",
        )
        released = state in ("agreed", "amended", "closed")
        whole = {"on": LONG_AGO, "is_released": released, **marks.get("plan", {})}
        add(FrozenCopy, kind="plans.plan", title=f"{word} spare copy", **whole)
        copy = add(FrozenCopy, kind="plans.plan", title=f"{word} copy", **whole)
        public = freezing.to_text(build_public_plan_report(plan, as_of=LONG_AGO))
        add(FrozenEdition, copy=copy, edition="public", content=public, paper=word.encode(), **marks.get("plan", {}))
        content = freezing.to_text(build_plan_report(plan, as_of=LONG_AGO))
        add(FrozenEdition, copy=copy, edition="full", content=content, paper=word.encode(), **marked)
        add(PlanSnapshot, plan=plan, copy=copy)
        later = timezone.now() + dt.timedelta(days=14)
        keeper = user or make_user(None)
        secret = f"{next(_numbers)}"
        partner = {"address": "partner@example.org", "expires_at": later}
        add(OneTimeLink, purpose="plans.actions", subject_id=owner.pk, token_sha256=secret, **partner)
        add(CalendarFeed, user=keeper, kind="plans.mine", token_sha256=secret)
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
        _add_training(add, word)
        if state != Plan.State.DRAFT:
            # Last of all: nothing can be written into one that was submitted.
            assessment.state, assessment.signed_off_by = Assessment.State.SUBMITTED, f"{word} chief officer"
            assessment.signed_off_on = assessment.submitted_on = LONG_AGO
            assessment.save()
        if state != Plan.State.DRAFT:
            plan.state = state
            plan.save()
    return rows


def _add_training(add: Any, word: str) -> None:
    """One row of every model of training."""
    number = next(_numbers)
    course = add(Course, title=f"{word} other course {number}", provider=f"{word} provider")
    add(CourseName, course=course, name=f"{word} name in lists {number}")
    counts_as, course = course, add(Course, title=f"{word} course {number}", provider=f"{word} provider")
    add(Equivalence, course=counts_as, counts_as=course, from_on=LONG_AGO)
    person = add(Person, number=f"{word} {number}", name=f"{word} person", email=f"trained{number}@council.example")
    place = {"directorate": f"{word} directorate", "team": f"{word} team", "job_role": f"{word} role"}
    add(Post, person=person, **place, began_on=LONG_AGO, role_began_on=LONG_AGO)
    add(Completion, person=person, course=course, completed_on=LONG_AGO)
    requirement = add(Requirement, course=course, from_on=LONG_AGO)
    add(RequirementGroup, requirement=requirement, **place)
    days = {"from_on": LONG_AGO, "until_on": FAR_AHEAD}
    add(Exemption, person=person, requirement=requirement, reason=f"{word} reason", **days)
    add(
        ListImport,
        kind=ListKind.COMPLETIONS,
        file_name=f"{word} list.csv",
        sha256="0" * 64,
        data=f"Number,Course,Completed on\n1,{word},1/2/2024\n".encode(),
        columns={"number": 0, "course": 1, "completed_on": 2},
        expires_at=timezone.now() + dt.timedelta(days=7),
    )
    add(ListHeading, kind=ListKind.PEOPLE, heading=f"{word} heading {number}".lower(), field="number")


def make_assessment(organisation: Organisation, *, framework: str = "duty-2018", **fields: Any) -> Assessment:
    """An assessment of 2026 with all questions of its framework, none of them answered."""
    with acting_for(organisation):
        fields = {"year": 2026, "dated_on": clock.today()} | fields
        assessment = Assessment(organisation=organisation, framework=Framework.objects.get(slug=framework), **fields)
        return start_assessment(assessment=assessment)


def _add_assessment(
    add: Any, word: str, state: str, evidence: Evidence, recommendation: Recommendation, user: User | None, marks: dict
) -> Assessment:
    """One row of every model of a self-assessment, all in one that is a draft as long as the plan is."""
    framework = Framework.objects.get(slug="duty-2018")
    benchmark = Benchmark.objects.get(framework=framework, number=1)
    year = 2020 + Assessment.objects.filter(framework=framework).count()
    assessment = add(Assessment, framework=framework, year=year, dated_on=LONG_AGO, lead=user, **marks)
    scored = {"rationale": f"{word} rationale", "strengths": f"{word} strong", "development": f"{word} weak"}
    # Without a moderation, so that one can be added.
    add(BenchmarkResult, assessment=assessment, benchmark=Benchmark.objects.get(framework=framework, number=10))
    result = add(BenchmarkResult, assessment=assessment, benchmark=benchmark, self_score=2, target_score=4, **scored)
    local = add(LocalQuestion, benchmark=benchmark, reference=f"L{next(_numbers)}", text=f"{word} local question")
    respondent = add(Respondent, name=f"{word} partner {next(_numbers)}", email="partner@example.org", user=user)
    level = Level.objects.filter(framework=framework).first()
    answered = {"assessment": assessment, "result": result, "respondent": respondent, "level": level}
    add(Answer, **answered, local_question=local, details=f"{word} local details")
    question = Question.objects.get(benchmark=benchmark, reference="1.1")
    answer = add(Answer, **answered, question=question, details=f"{word} details")
    add(AnswerEvidence, answer=answer, evidence=evidence)
    add(AnswerComment, answer=answer, text=f"{word} comment", made_by=user)
    add(Moderation, result=result, score=2, strengths=f"{word} seen", comment=f"{word} moderated")
    add(ResultRecommendation, result=result, recommendation=recommendation)
    released = state in ("agreed", "amended", "closed")
    copy = FrozenCopy(
        organisation=assessment.organisation,
        kind="benchmarks.assessment",
        title=f"{word} submitted",
        on=LONG_AGO,
        is_released=released,
        **marks,
    )
    copy.save()
    report = assessment_reports.build_assessment_report(assessment, as_of=LONG_AGO, is_for_outsiders=True)
    for each in (report, assessment_reports.summary(report)):
        FrozenEdition(
            organisation=assessment.organisation,
            copy=copy,
            edition=each.edition.value,
            content=freezing.to_text(each),
            paper=word.encode(),
            **marks,
        ).save()
    add(Submission, assessment=assessment, version=1, copy=copy)
    return assessment


def _draft(word: str) -> PlanDraft:
    """What a file might have said: a row, and something that was set aside."""
    row = ObjectiveDraft(key="r1", text=f"{word} objective", actions=[ActionDraft(text=f"{word} action")])
    aside = QuarantinedDraft(key="q1", table="table 2", row=1, reason="No plan", text=f"{word} aside")
    return PlanDraft(title=word, sections=[SectionDraft(title=word, objectives=[row])], quarantined=[aside])
