import uuid

import django.db.models.deletion
from django.db import migrations, models

TITLE_CHARACTERS = 200

COLUMN_CHOICES = [
    ("section", "Section or theme"),
    ("ref", "Reference"),
    ("objective", "Objective"),
    ("tier", "Tier"),
    ("action_ref", "Reference of the action"),
    ("action", "Action"),
    ("owner", "Owner"),
    ("partners", "Partners"),
    ("resources", "Resources"),
    ("start_date", "Start date"),
    ("target_date", "Target date"),
    ("completed_on", "Date of completion"),
    ("outcome", "Outcome measure"),
    ("milestones", "Milestones"),
    ("progress", "Progress"),
    ("rag", "RAG"),
    ("marking", "Marking"),
    ("note", "A remark, kept with the row"),
    ("leave_out", "Nothing: leave it out"),
]


def move_files_out(apps, schema_editor):
    """Give each import a row for its file, its title and, where a plan came of it, the time: that of its upload."""
    check_links_at_once(schema_editor)
    imports = apps.get_model("plans", "PlanImport")
    files = apps.get_model("plans", "ImportedFile")
    for row in imports.objects.order_by("pk").iterator(chunk_size=20):
        data = bytes(row.original or b"")
        if data:
            row.file, _is_new = files.objects.get_or_create(
                organisation_id=row.organisation_id, sha256=row.sha256, defaults={"data": data}
            )
        row.batch = uuid.uuid4()
        row.title = str((row.draft or {}).get("title", ""))[:TITLE_CHARACTERS]
        row.done_at = row.uploaded_at if row.state == "done" else None
        row.save()


def move_files_back(apps, schema_editor):
    """Give each import its file back; one that was undone is discarded, since it is in no plan."""
    check_links_at_once(schema_editor)
    imports = apps.get_model("plans", "PlanImport")
    for row in imports.objects.select_related("file").iterator(chunk_size=20):
        row.original = bytes(row.file.data) if row.file else b""
        row.state = "discarded" if row.state == "undone" else row.state
        row.file = None
        row.save()


def check_links_at_once(schema_editor):
    # PostgreSQL alters no table in a transaction that has still to check keys of its rows.
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0001_initial"),
        ("prevent_portal", "0002_refuse_changes_to_the_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("data", models.BinaryField(verbose_name="contents")),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="prevent_portal.organisation",
                        verbose_name="authority",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported file",
                "verbose_name_plural": "imported files",
                "ordering": ["pk"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "sha256"), name="imported_file_is_kept_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ColumnHeading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "heading",
                    models.CharField(
                        help_text="In small letters, without punctuation.", max_length=200, verbose_name="heading"
                    ),
                ),
                (
                    "field",
                    models.CharField(choices=COLUMN_CHOICES, max_length=20, verbose_name="what the column holds"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="prevent_portal.organisation",
                        verbose_name="authority",
                    ),
                ),
            ],
            options={
                "verbose_name": "remembered heading",
                "verbose_name_plural": "remembered headings",
                "ordering": ["heading"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "heading"), name="heading_is_remembered_once")
                ],
            },
        ),
        migrations.AlterModelOptions(
            name="planimport",
            options={
                "base_manager_name": "objects",
                "ordering": ["-uploaded_at", "part"],
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.AlterField(
            model_name="planimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("staged", "Waiting to be checked"),
                    ("done", "Imported"),
                    ("discarded", "Discarded"),
                    ("undone", "Undone"),
                ],
                default="staged",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddField(
            model_name="planimport",
            name="file",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imports",
                to="plans.importedfile",
                verbose_name="original file",
            ),
        ),
        migrations.AddField(
            model_name="planimport",
            name="title",
            field=models.CharField(blank=True, max_length=TITLE_CHARACTERS, verbose_name="title in the file"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="batch",
            field=models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="given together"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="part",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="plan in the file"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="parts",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="plans in the file"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="given",
            field=models.JSONField(default=dict, verbose_name="what a person has said of the file"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="is_update",
            field=models.BooleanField(default=False, verbose_name="updated a plan"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="written",
            field=models.JSONField(default=dict, verbose_name="what was written"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="fingerprint",
            field=models.CharField(blank=True, max_length=64, verbose_name="the plan just after"),
        ),
        migrations.AddField(
            model_name="planimport",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="imported at"),
        ),
        # So that the way back can add the column again before it is filled.
        migrations.AlterField(
            model_name="planimport",
            name="original",
            field=models.BinaryField(default=b"", verbose_name="original file"),
        ),
        migrations.RunPython(move_files_out, move_files_back),
        migrations.RemoveField(model_name="planimport", name="original"),
    ]
