from django.db import migrations

from audit.walls import close_table, open_table

TABLES = ("guardian_userobjectpermission", "guardian_groupobjectpermission")


def up(apps, schema_editor):
    for table in TABLES:
        close_table(schema_editor.connection, table)


def down(apps, schema_editor):
    for table in TABLES:
        open_table(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0001_initial"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]
    operations = [migrations.RunPython(up, down)]
