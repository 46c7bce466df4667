"""Publishing a framework that was read from a file."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from benchmarks.framework_reader import FrameworkDraft
from benchmarks.models import Benchmark, Crosswalk, Framework, Level, Prompt, Question
from benchmarks.rules import Stage

LEVELS = (
    ("Not yet started", Stage.NOT_STARTED),
    ("Developing", Stage.UNDER_WAY),
    ("Achieving", Stage.ACHIEVED),
)
"""The answers that the toolkit of 2018 has for its questions."""

SCORES = {
    "below_label": "statutory responsibilities not met",
    "met_label": "duty met",
    "above_label": "duty exceeded",
}

SLUG_CHARACTERS = Framework._meta.get_field("slug").max_length


@transaction.atomic
def publish_framework(
    draft: FrameworkDraft,
    *,
    title: str,
    year: int,
    on: dt.date,
    source: str = "",
    succeeds: Framework | None = None,
) -> Framework:
    """Write the framework with its benchmarks, questions and prompts, and publish it.

    One that `succeeds` another with as many benchmarks takes them up one by one; otherwise the crosswalk is drawn by
    hand. Raises ValidationError if the draft has problems or there is a framework of this title already.
    """
    if draft.problems:
        raise ValidationError([str(each) for each in draft.problems])
    framework = Framework(
        slug=slugify(title)[:SLUG_CHARACTERS].strip("-"), title=title, year=year, source=source, succeeds=succeeds,
        **SCORES,
    )  # fmt: skip
    if Framework.objects.filter(title=title).exists() or Framework.objects.filter(slug=framework.slug).exists():
        raise ValidationError(_("There is a framework called “%(title)s” already.") % {"title": title})
    framework.full_clean()
    framework.save()
    Level.objects.bulk_create(
        Level(framework=framework, position=position, label=label, stage=stage.value)
        for position, (label, stage) in enumerate(LEVELS, start=1)
    )
    benchmarks = Benchmark.objects.bulk_create(
        Benchmark(
            framework=framework, number=each.number, title=each.title, standard=each.standard, outcome=each.outcome
        )
        for each in draft.benchmarks
    )
    questions = Question.objects.bulk_create(
        Question(benchmark=row, position=position, reference=each.reference, kind=each.kind.value, text=each.text)
        for row, benchmark in zip(benchmarks, draft.benchmarks, strict=True)
        for position, each in enumerate(benchmark.questions, start=1)
    )
    drafts = [each for benchmark in draft.benchmarks for each in benchmark.questions]
    Prompt.objects.bulk_create(
        Prompt(question=row, position=position, text=text)
        for row, each in zip(questions, drafts, strict=True)
        for position, text in enumerate(each.prompts, start=1)
    )
    if succeeds is not None:
        earlier = {each.number: each for each in succeeds.benchmarks.all()}
        if earlier.keys() == {each.number for each in benchmarks}:
            Crosswalk.objects.bulk_create(
                Crosswalk(benchmark=each, earlier=earlier[each.number]) for each in benchmarks
            )
    framework.published_on = on
    framework.save()
    return framework
