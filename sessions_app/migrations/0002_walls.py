"""What nobody may change once it is written, and the rights that nobody may give by type."""

from django.db import migrations

from audit.walls import close_table, lower_wall, open_table, raise_wall

# Whether a version, a subject or a signature may go, only the ledger can say: consent, 0002.
ALWAYS = (
    "sessions_app_contactreading",
    "sessions_app_contactreview",
    "sessions_app_pulsequestions",
    "sessions_app_pulseanswer",
    "sessions_app_legalstanding",
    "sessions_app_agreementversion",
    "sessions_app_agreementtalk",
    "sessions_app_agreementsignature",
)
CLOSED = ("guardian_userobjectpermission", "guardian_groupobjectpermission")


def up(_apps, schema_editor):
    for table in ALWAYS:
        raise_wall(schema_editor.connection, table)
    for table in CLOSED:
        close_table(schema_editor.connection, table)


def down(_apps, schema_editor):
    for table in CLOSED:
        open_table(schema_editor.connection, table)
    for table in ALWAYS:
        lower_wall(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0001_initial"),
        ("guardian", "0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more"),
    ]
    operations = [migrations.RunPython(up, down)]
