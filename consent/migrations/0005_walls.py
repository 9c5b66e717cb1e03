from django.db import migrations

from audit.walls import lower_wall, raise_wall
from consent.walls import drop_link_finder, lower_gate, make_link_finder, raise_gate

ALWAYS = (
    "consent_consentrequest_versions",
    "consent_consent",
    "consent_consentevent",
    "consent_release",
    "consent_releaseitem",
    "consent_releaseitem_consents",
    "consent_withhelditem",
    "consent_handover",
    "consent_housepolicy",
    "consent_freeze",
    "consent_freezelift",
    "sessions_app_agreementsignature",
)
# What nobody was asked about may be discarded whole, while it is a draft; it never changes.
OF_A_DRAFT = """
    EXISTS (
        SELECT 1 FROM sessions_app_disclosureversion v
        JOIN sessions_app_disclosure d ON d.id = v.disclosure_id
        WHERE v.id = {version} AND d.state = 'draft')
    AND NOT EXISTS (SELECT 1 FROM consent_consent c WHERE c.version_id = {version})
    AND NOT EXISTS (
        SELECT 1 FROM consent_consentrequest_versions q
        WHERE q.disclosureversion_id = {version})
"""
WHILE_A_DRAFT = {
    "sessions_app_disclosureversion": OF_A_DRAFT.format(version="OLD.id"),
    "sessions_app_subject": OF_A_DRAFT.format(version="OLD.version_id"),
}


def up(apps, schema_editor):
    for table in ALWAYS:
        raise_wall(schema_editor.connection, table)
    for table, deletable in WHILE_A_DRAFT.items():
        raise_wall(schema_editor.connection, table, deletable=deletable)
    raise_gate(schema_editor.connection, overrides=False)
    make_link_finder(schema_editor.connection)


def down(apps, schema_editor):
    drop_link_finder(schema_editor.connection)
    lower_gate(schema_editor.connection)
    for table in (*ALWAYS, *WHILE_A_DRAFT):
        lower_wall(schema_editor.connection, table)


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0004_facts"),
        ("sessions_app", "0004_redactions"),
        ("audit", "0003_entries_about_an_object"),
    ]
    operations = [migrations.RunPython(up, down)]
