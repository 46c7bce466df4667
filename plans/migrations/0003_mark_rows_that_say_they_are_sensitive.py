from collections import defaultdict

from django.db import migrations, models

from prevent_portal.markings import carries_marking

OFFICIAL, SENSITIVE = "official", "official_sensitive"
MARKING_CHOICES = [(OFFICIAL, "OFFICIAL"), (SENSITIVE, "OFFICIAL-SENSITIVE")]
ROWS_AT_ONCE = 500

# The texts of each table, and the table and key of what holds the row: that is marked where it has no marking itself.
TEXTS = {
    "Plan": ("title", "aim", "introduction", "agreed_by", "state_note"),
    "Section": ("ref", "title", "introduction"),
    "Remark": ("text", "points_to"),
    "Objective": (
        "ref", "text", "tier", "owners_as_written", "outcome_measure", "recommendation__exercise",
        "recommendation__text",
    ),
    "Action": (
        "letter", "text", "outcome_measure", "resources", "owners_as_written", "rag_as_written", "rag_reason",
    ),
    "TargetDate": ("as_written", "scope"),
    "Assignment": ("owner__name", "owner__post"),
    "Step": ("text",),
    "Milestone": ("text",),
    "ProgressUpdate": ("note", "reason"),
}  # fmt: skip
HELD_BY = {
    "TargetDate": ("objective_id", "action_id"),
    "Assignment": ("objective_id", "action_id"),
    "Step": (None, "action_id"),
    "Milestone": (None, "action_id"),
    "ProgressUpdate": (None, "action_id"),
}


def mark_rows(apps, schema_editor):
    """Mark what says that it is OFFICIAL-SENSITIVE, and an objective all of whose actions are; nothing is unmarked."""
    found = defaultdict(set)
    for name, texts in TEXTS.items():
        model = apps.get_model("plans", name)
        keys = [key for key in HELD_BY.get(name, ()) if key]
        for row in model.objects.order_by("pk").values("pk", *keys, *texts).iterator(chunk_size=ROWS_AT_ONCE):
            if not any(carries_marking(row[text] or "") for text in texts):
                continue
            if not keys:
                found[name].add(row["pk"])
            elif row["action_id"]:
                found["Action"].add(row["action_id"])
            else:
                found["Objective"].add(row["objective_id"])
    for name, pks in found.items():
        _mark(apps.get_model("plans", name), pks)
    of_these = apps.get_model("plans", "Action").objects.order_by()
    objectives = set()
    for pks in _batches(found["Action"]):
        objectives |= set(of_these.filter(pk__in=pks).values_list("objective_id", flat=True))
    for pks in _batches(objectives):
        unmarked = of_these.filter(objective_id__in=pks).exclude(marking=SENSITIVE)
        _mark(apps.get_model("plans", "Objective"), set(pks) - set(unmarked.values_list("objective_id", flat=True)))


def _mark(model, pks):
    for batch in _batches(pks):
        model.objects.filter(pk__in=batch).update(marking=SENSITIVE)


def _batches(pks):
    pks = sorted(pks)
    for start in range(0, len(pks), ROWS_AT_ONCE):
        yield pks[start : start + ROWS_AT_ONCE]


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_keep_files_once_and_what_came_of_them")]

    operations = [
        migrations.AddField(
            model_name="section",
            name="marking",
            field=models.CharField(
                choices=MARKING_CHOICES,
                default=OFFICIAL,
                help_text="What is OFFICIAL-SENSITIVE here covers everything in the section.",
                max_length=20,
                verbose_name="marking",
            ),
        ),
        # Going back leaves the markings: which of them a person had set is not known any more.
        migrations.RunPython(mark_rows, migrations.RunPython.noop),
    ]
