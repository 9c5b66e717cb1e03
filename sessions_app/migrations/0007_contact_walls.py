from django.db import migrations

from audit.walls import lower_wall, raise_wall

TABLES = ("sessions_app_contactreading", "sessions_app_contactreview")


def up(apps, schema_editor):
    for table in TABLES:
        raise_wall(schema_editor.connection, table)


def down(apps, schema_editor):
    for table in TABLES:
        lower_wall(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0006_cover_and_contacts")]
    operations = [migrations.RunPython(up, down)]
