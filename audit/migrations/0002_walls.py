from django.db import migrations

from audit.walls import lower_wall, raise_wall


def up(apps, schema_editor):
    raise_wall(schema_editor.connection, "audit_entry")


def down(apps, schema_editor):
    lower_wall(schema_editor.connection, "audit_entry")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(up, down)]
