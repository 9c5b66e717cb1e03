from django.db import migrations

from audit.walls import lower_wall, raise_wall

TABLES = (
    "ethics_policyreference",
    "ethics_jurisdictionrule",
    "ethics_confirmation",
    "ethics_crisiscontact",
    "ethics_riskassessment",
    "ethics_riskfollowup",
    "ethics_safetyplan",
)


def up(apps, schema_editor):
    for table in TABLES:
        raise_wall(schema_editor.connection, table)


def down(apps, schema_editor):
    for table in TABLES:
        lower_wall(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("ethics", "0002_library"), ("audit", "0003_entries_about_an_object")]
    operations = [migrations.RunPython(up, down)]
