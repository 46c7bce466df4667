"""The questions of the published frameworks in the portal's own words, their levels, scores and crosswalk.

The order, kinds and references are those of the duty toolkit of 2018 (22 expectations of compliance, 16 of good
practice); the wording is ours. A council loads the official wording from the published document.
"""

import datetime as dt

from django.db import migrations

LEVELS = [("Not yet started", "not_started"), ("Developing", "under_way"), ("Achieving", "achieved")]

SCORES = {
    "below_label": "statutory responsibilities not met",
    "met_label": "duty met",
    "above_label": "duty exceeded",
}

E, G = "expectation", "good_practice"

QUESTIONS = {
    1: [
        (E, "Does a local risk assessment shape the action plan, and do partners receive it?"),
        (G, "Do Prevent officers help the police to draw up the local counter-terrorism profile?"),
        (G, "Do the profile's findings reach each level of the organisation that needs them?"),
    ],
    2: [
        (E, "Does a board of several agencies oversee how Prevent is delivered in the area?"),
        (E, "Does that board watch over referrals, Channel and the other statutory work?"),
        (G, "Does the authority look for work that it can share with neighbouring authorities?"),
        (G, "Does a named councillor take an active part in policy, delivery and communication?"),
    ],
    3: [
        (E, "Is there an agreed partnership plan that says what each partner does?"),
        (E, "Do corporate and service strategies, plans and policies name the authority's Prevent responsibilities?"),
        (E, "Does the plan name the risks in the counter-terrorism profile and give actions to its recommendations?"),
    ],
    4: [
        (E, "Is there an agreed way to refer a person thought to be at risk of being drawn into terrorism?"),
        (E, "Are people who are referred offered support that fits their needs?"),
    ],
    5: [
        (E, "Does a Channel panel meet, chaired by a senior council officer, with every relevant service on it?"),
        (E, "Do panel members know the thresholds for Channel and weigh them with their professional judgement?"),
        (E, "Does the panel share personal information by sound procedures that follow data protection law?"),
        (E, "Does the panel learn from earlier support in order to manage cases better?"),
        (E, "Are closed cases and what remained of their risks reviewed after 6 and 12 months, and reported back?"),
        (E, "Do agreed protocols cover how authorities share what they know of people and risks common to them?"),
        (E, "Where a person does not consent, are the risks managed and other safeguarding support arranged?"),
    ],
    6: [
        (G, "Is there a formal way to identify and disrupt people, bodies and ideas that radicalise?"),
        (G, "Does each area have a named lead, and a deputy, who can be briefed and work with enforcement agencies?"),
    ],
    7: [
        (E, "Do relevant staff, those of commissioned services included, know the signs and that concerns must be raised?"),
        (E, "Do they know when and how to refer, and where to find advice?"),
        (E, "Does the authority find out which teams and sectors need which training, specialist training included?"),
        (E, "Is there an agreed programme for schools and other education settings that trains staff and strengthens pupils?"),
        (G, "Does the authority know its supplementary schools, and consider how children there are kept safe?"),
        (G, "Can staff easily find clear information about Prevent?"),
        (G, "Are new Prevent officers inducted or trained for their task?"),
        (G, "Do Prevent officers go on learning through a programme of professional development?"),
        (G, "Do related services have written guidance on what Prevent asks of them?"),
    ],
    8: [
        (E, "Does a venue hire policy keep council premises from those who might draw people into terrorism?"),
        (E, "Does an IT policy keep terrorism-related content off the authority's networks?"),
        (G, "Does a speaker policy tell venues of the risk from speakers known to radicalise?"),
    ],
    9: [
        (E, "Does the authority talk openly about Prevent with many kinds of communities and civil society groups?"),
        (G, "Does an advisory group from the communities meet regularly about Prevent?"),
        (G, "Do civil society organisations deliver local projects with the authority for people at risk?"),
    ],
    10: [
        (G, "Is what the authority says about Prevent proportionate and suited to its area?"),
        (G, "Is there a formal communications plan that tells professionals and communities what Prevent achieves?"),
    ],
}  # fmt: skip

CROSSWALK = {1: [2], 2: [1], 3: [3], 4: [4], 5: [5], 6: [7], 7: [6, 8], 8: [9, 10]}
"""Benchmarks of 2024 and those of 2018 that they take up."""

CHANNEL_2024 = 5
"""Assured apart in later exercises, so it has no score there."""

PUBLISHED = ("duty-2018", "duty-2024")


def load(apps, schema_editor):
    Framework = apps.get_model("benchmarks", "Framework")
    Benchmark = apps.get_model("benchmarks", "Benchmark")
    Question = apps.get_model("benchmarks", "Question")
    Level = apps.get_model("benchmarks", "Level")
    Crosswalk = apps.get_model("benchmarks", "Crosswalk")
    # Whatever else an operator has made by now was in use as it stood.
    for framework in Framework.objects.all():
        framework.published_on = dt.date(max(framework.year, 1), 1, 1)
        for name, label in SCORES.items():
            setattr(framework, name, label)
        if framework.slug in PUBLISHED:
            framework.source = "Prevent Portal, in its own words"
        framework.save()
        Level.objects.bulk_create(
            Level(framework=framework, position=position, label=label, stage=stage)
            for position, (label, stage) in enumerate(LEVELS, start=1)
        )
    by_number = {
        slug: {each.number: each for each in Benchmark.objects.filter(framework__slug=slug)} for slug in PUBLISHED
    }
    Question.objects.bulk_create(
        Question(
            benchmark=by_number["duty-2018"][number],
            position=position,
            reference=f"{number}.{position}",
            kind=kind,
            text=text,
        )
        for number, questions in QUESTIONS.items()
        if number in by_number["duty-2018"]
        for position, (kind, text) in enumerate(questions, start=1)
    )
    Crosswalk.objects.bulk_create(
        Crosswalk(benchmark=by_number["duty-2024"][later], earlier=by_number["duty-2018"][earlier])
        for later, numbers in CROSSWALK.items()
        for earlier in numbers
        if later in by_number["duty-2024"] and earlier in by_number["duty-2018"]
    )
    Benchmark.objects.filter(framework__slug="duty-2024", number=CHANNEL_2024).update(is_scored=False)
    Framework.objects.filter(slug="duty-2024").update(succeeds=Framework.objects.filter(slug="duty-2018").first())


def unload(apps, schema_editor):
    apps.get_model("benchmarks", "Framework").objects.update(succeeds=None, published_on=None)
    for name in ("Crosswalk", "Prompt", "Question", "Level"):
        apps.get_model("benchmarks", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("benchmarks", "0003_add_assessments")]

    operations = [migrations.RunPython(load, unload)]
