from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from consent.statements import POSTGRES_FUNCTION


def make(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute(POSTGRES_FUNCTION)


def drop(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION consent_facts(uuid[], uuid, uuid)")


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0003_gate"),
        ("audit", "0003_entries_about_an_object"),
        ("sessions_app", "0004_redactions"),
    ]
    operations = [migrations.RunPython(make, drop)]
