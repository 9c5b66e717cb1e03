"""The second walls of the gate: evidence is only added to, and no row of a release without grants.

On PostgreSQL the facts of a decision are one function.
"""

from django.db import migrations

from audit.walls import lower_wall, raise_wall
from consent.statements import POSTGRES_FUNCTION
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
    "consent_override",
    "consent_involved",
    "consent_overrideanswer",
    "consent_review",
    "consent_reviewer",
    "consent_reviewoutcome",
    "consent_telling",
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
# Django's own table: three rights are looked up by their name at each decision.
ON_POSTGRESQL = (POSTGRES_FUNCTION, "CREATE INDEX rights_by_name ON auth_permission (codename)")
OFF_POSTGRESQL = (
    "DROP INDEX rights_by_name",
    "DROP FUNCTION consent_facts(uuid[], uuid, uuid)",
)


def up(_apps, schema_editor):
    connection = schema_editor.connection
    for table in ALWAYS:
        raise_wall(connection, table)
    for table, deletable in WHILE_A_DRAFT.items():
        raise_wall(connection, table, deletable=deletable)
    raise_gate(connection)
    make_link_finder(connection)
    run(connection, ON_POSTGRESQL)


def down(_apps, schema_editor):
    connection = schema_editor.connection
    run(connection, OFF_POSTGRESQL)
    drop_link_finder(connection)
    lower_gate(connection)
    for table in (*ALWAYS, *WHILE_A_DRAFT):
        lower_wall(connection, table)


def run(connection, statements):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0001_initial"),
        ("sessions_app", "0002_walls"),
        ("audit", "0002_walls"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(up, down)]
