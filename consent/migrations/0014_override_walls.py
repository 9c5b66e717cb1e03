from django.db import migrations

from audit.walls import lower_wall, raise_wall
from consent.walls import lower_gate, raise_gate

WALLED = (
    "consent_override",
    "consent_involved",
    "consent_overrideanswer",
    "consent_review",
    "consent_reviewer",
    "consent_reviewoutcome",
    "consent_telling",
)
# They have other columns and keys now, and their tables were made anew on SQLite.
AGAIN = ("consent_releaseitem", "consent_housepolicy")


def up(apps, schema_editor):
    connection = schema_editor.connection
    for table in AGAIN:
        lower_wall(connection, table)
    for table in (*AGAIN, *WALLED):
        raise_wall(connection, table)
    lower_gate(connection)
    raise_gate(connection)


def down(apps, schema_editor):
    for table in WALLED:
        lower_wall(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("consent", "0013_overrides")]
    operations = [migrations.RunPython(up, down)]
