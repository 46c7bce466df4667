"""The demonstration county's plans. Every council, person and event in them is invented."""

import datetime as dt
from pathlib import Path

from django.conf import settings

from benchmarks.models import Benchmark
from plans.models import Action, Plan
from plans.rules import Rag
from plans.services import agree_plan, commit_import, record_progress, stage_imports
from prevent_portal.models import Organisation, User
from prevent_portal.scoping import acting_for

from .county import EXAMPLESHIRE
from .districts_by_benchmark import BRACKENHYTHE, PENMARROW, STONEWATER_VALE
from .districts_by_theme import ASHMERE, CALDERWOLD, TILVERTON
from .elsewhere import OAKHAMPTON, WRENHAVEN
from .living import add_evidence_and_a_request, answer_what_was_recommended, freeze_and_go_on, link_to_districts
from .writing import Writer

COUNCILS = (
    EXAMPLESHIRE, ASHMERE, BRACKENHYTHE, CALDERWOLD, OAKHAMPTON, PENMARROW, STONEWATER_VALE, TILVERTON, WRENHAVEN,
)  # fmt: skip
IMPORTED_FILE = Path("tests") / "plans" / "files" / "oakhampton-plan.docx"
"""Relative to the repository; `tests/plans/make_demonstration_file.py` makes it."""

AGREED_DAYS_INTO_PERIOD = 14


def load(*, today: dt.date) -> None:
    """Write the plans of every council of the demonstration; its organisations and accounts must be there."""
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    users = {user.email: user for user in User.objects.all()}
    benchmarks = {
        (benchmark.framework.slug, benchmark.number): benchmark
        for benchmark in Benchmark.objects.select_related("framework")
    }
    for council in COUNCILS:
        Writer(organisations[council.slug], council, today, users, benchmarks).write()
    freeze_and_go_on(organisations[EXAMPLESHIRE.slug], users, today)
    add_evidence_and_a_request(organisations[EXAMPLESHIRE.slug], users, today)
    answer_what_was_recommended(organisations[EXAMPLESHIRE.slug], users, today)
    link_to_districts(organisations[EXAMPLESHIRE.slug], users, today)
    _import_a_word_file(organisations[OAKHAMPTON.slug], users["coordinator@oakhampton.example"], today)


def _import_a_word_file(organisation: Organisation, user: User, today: dt.date) -> None:
    """Oakhampton's plan as its coordinator would bring it in, and a second file that waits to be checked.

    The file's own dates are fixed, unlike everything else here.
    """
    data = (settings.BASE_DIR / IMPORTED_FILE).read_bytes()
    with acting_for(organisation, user_id=user.pk):
        (staged,) = stage_imports(organisation=organisation, file_name=IMPORTED_FILE.name, data=data, user=user)
        plan = commit_import(plan_import=staged)
        agreed_on = plan.period_start + dt.timedelta(days=AGREED_DAYS_INTO_PERIOD) if plan.period_start else today
        agree_plan(plan=plan, agreed_on=min(agreed_on, today), agreed_by="Oakhampton Community Safety Partnership")
        _record_progress_since(plan, user, today)
        stage_imports(
            organisation=organisation,
            file_name="oakhampton-plan-for-next-year.docx",
            data=data,
            user=user,
            title="Oakhampton Prevent Delivery Plan, first draft for next year",
        )


def _record_progress_since(plan: Plan, user: User, today: dt.date) -> None:
    # (start of the action, days ago, note, RAG, reason)
    for beginning, days, note, rag, reason in (
        (
            "Adopt the county's model policy",
            12,
            "Leisure managers have read the draft; no objections.",
            Rag.AMBER,
            "The date has not passed, but it depends on the county's decision.",
        ),
        (
            "Test filtering",
            9,
            "Report of the last test filed.",
            Rag.GREEN,
            "The test that was due is done; the next one follows in six months.",
        ),
        ("Bring Prevent, among other safety topics", 5, "Third meeting held; 31 people.", Rag.GREEN, ""),
    ):
        record_progress(
            action=Action.objects.get(plan=plan, text__startswith=beginning),
            made_on=today - dt.timedelta(days=days),
            note=note,
            rag=rag,
            reason=reason,
            user=user,
        )
