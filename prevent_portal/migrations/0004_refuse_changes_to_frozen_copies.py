from django.db import migrations

TABLES = ("prevent_portal_frozencopy", "prevent_portal_frozenedition")


def refuse_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            """
            CREATE FUNCTION refuse_change_to_frozen_copy() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'A frozen copy is never changed' USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """
        )
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE TRIGGER frozen_copy_stays BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change_to_frozen_copy()"
            )
            continue
        for verb in ("UPDATE", "DELETE"):
            schema_editor.execute(
                f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'A frozen copy is never changed'); END"
            )


def allow_changes(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER frozen_copy_stays ON {table}")
            continue
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_refuses_{verb}")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION refuse_change_to_frozen_copy()")


class Migration(migrations.Migration):
    dependencies = [("prevent_portal", "0003_add_evidence_frozen_copies_and_mail")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
