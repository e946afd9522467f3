from django.db import migrations

SAYS = "The audit is append-only: entries are never changed or removed."
GUARD = {
    "postgresql": [
        f"""
        CREATE FUNCTION refuse_change_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$
        """,
        """
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON accounts_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()
        """,
    ],
    "sqlite": [
        f"""
        CREATE TRIGGER audit_is_never_{word} BEFORE {verb} ON accounts_auditentry
        BEGIN SELECT RAISE(ABORT, '{SAYS}'); END
        """
        for word, verb in (("changed", "UPDATE"), ("removed", "DELETE"))
    ],
}
LET_GO = {
    "postgresql": [
        "DROP TRIGGER audit_is_append_only ON accounts_auditentry",
        "DROP FUNCTION refuse_change_of_audit()",
    ],
    "sqlite": ["DROP TRIGGER audit_is_never_changed", "DROP TRIGGER audit_is_never_removed"],
}


def guard(apps, schema_editor):
    for statement in GUARD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    for statement in LET_GO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_concerns")]

    operations = [migrations.RunPython(guard, let_go)]
