"""The facts of a decision come in rows, one for each item, and by two more indexes."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from consent.statements import POSTGRES_FUNCTION

DROP = "DROP FUNCTION IF EXISTS consent_facts(uuid[], uuid, uuid)"
# Django's own table: three rights are looked up by their name at each decision.
INDEX = "CREATE INDEX rights_by_name ON auth_permission (codename)"


def make(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute(DROP)
            cursor.execute(POSTGRES_FUNCTION)
            cursor.execute(INDEX)


def drop(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            cursor.execute("DROP INDEX rights_by_name")


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0005_walls"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.AddIndex(
            "consent", models.Index(fields=["member", "recipient"], name="consent_of_member_to")
        ),
        migrations.RunPython(make, drop),
    ]
