"""Submitting: an assessment frozen with its papers, each version for itself."""

import datetime as dt

from django.db import transaction

from prevent_portal import freezing
from prevent_portal.models import FrozenEdition, Marking, User

from . import reports
from .models import Assessment, Submission
from .services.states import require_day, require_state

KIND = "benchmarks.assessment"


@transaction.atomic
def submit_assessment(*, assessment: Assessment, on: dt.date, note: str = "", user: User | None = None) -> Submission:
    """Freeze content and papers, and say that they were submitted: from now on outsiders with access see them.

    Raises ValidationError unless the assessment has been signed off, on that day or before.
    """
    require_state(assessment, Assessment.State.SIGNED_OFF)
    require_day(assessment, on)
    assessment.state, assessment.submitted_on = Assessment.State.SUBMITTED, on
    assessment.save()
    # SECURITY: built as the coordinator sees it, read by outsiders.
    report = reports.build_assessment_report(assessment, as_of=on, is_for_outsiders=True)
    copy = freezing.freeze(
        organisation=assessment.organisation,
        kind=KIND,
        title=str(assessment),
        on=on,
        note=note,
        marking=Marking(assessment.marking),
        is_released=True,
        user=user,
        editions=[_edition(each, assessment) for each in (report, reports.summary(report))],
    )
    submission = Submission(
        organisation=assessment.organisation, assessment=assessment, version=assessment.version, copy=copy
    )
    submission.save()
    return submission


def report_of(edition: FrozenEdition) -> reports.AssessmentReport:
    """What the frozen edition says, from its content alone."""
    return freezing.from_text(reports.AssessmentReport, edition.content)


def _edition(report: reports.AssessmentReport, assessment: Assessment) -> freezing.Edition:
    return freezing.Edition(
        report.edition.value, Marking(assessment.marking), freezing.to_text(report), reports.assessment_pdf(report)
    )
