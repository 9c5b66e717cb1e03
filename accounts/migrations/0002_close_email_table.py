from django.db import migrations

from audit.walls import close_table, open_table

TABLE = "account_emailaddress"


def up(_apps, schema_editor):
    close_table(schema_editor.connection, TABLE)


def down(_apps, schema_editor):
    open_table(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(up, down)]
