from django.db import migrations

from audit.walls import lower_wall, raise_wall

ALWAYS = (
    "ethics_casestep",
    "ethics_policyreference",
    "ethics_jurisdictionrule",
    "ethics_confirmation",
    "ethics_crisiscontact",
    "ethics_riskassessment",
    "ethics_riskfollowup",
    "ethics_safetyplan",
)


def up(_apps, schema_editor):
    for table in ALWAYS:
        raise_wall(schema_editor.connection, table)


def down(_apps, schema_editor):
    for table in ALWAYS:
        lower_wall(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [("ethics", "0001_initial")]
    operations = [migrations.RunPython(up, down)]
