from django.db import migrations

TABLE = "prevent_portal_logentry"


def refuse_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            """
            CREATE FUNCTION refuse_change_to_log() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'The log can be neither changed nor deleted' USING ERRCODE = 'integrity_constraint_violation';
            END $$
            """
        )
        schema_editor.execute(
            f"CREATE TRIGGER log_is_append_only BEFORE UPDATE OR DELETE ON {TABLE} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change_to_log()"
        )
        schema_editor.execute(
            f"CREATE TRIGGER log_is_not_emptied BEFORE TRUNCATE ON {TABLE} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_to_log()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        schema_editor.execute(
            f"CREATE TRIGGER log_refuses_{verb.lower()} BEFORE {verb} ON {TABLE} "
            "BEGIN SELECT RAISE(ABORT, 'The log can be neither changed nor deleted'); END"
        )
    # INSERT OR REPLACE takes a row away without asking the trigger for deletions.
    schema_editor.execute(
        f"CREATE TRIGGER log_refuses_replacement BEFORE INSERT ON {TABLE} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'The log can be neither changed nor deleted'); END"
    )


def allow_changes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for trigger in ("log_is_append_only", "log_is_not_emptied"):
            schema_editor.execute(f"DROP TRIGGER {trigger} ON {TABLE}")
        schema_editor.execute("DROP FUNCTION refuse_change_to_log()")
        return
    for what in ("update", "delete", "replacement"):
        schema_editor.execute(f"DROP TRIGGER log_refuses_{what}")


class Migration(migrations.Migration):
    dependencies = [("prevent_portal", "0001_initial")]

    operations = [migrations.RunPython(refuse_changes, allow_changes)]
