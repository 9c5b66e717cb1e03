"""Who may do what in PostgreSQL: three roles, rights by table, and one practice's rows at a time.

What is not listed here is forbidden. Sources: docs/postgresql.md;
docs/decisions/0014.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from audit.acting import SETTING

OWNER, APP, MAINTENANCE = "gc_owner", "gc_app", "gc_maint"

# Log in, unless it is the owner; never more than that. Passwords are the operator's to set.
ROLES = {
    OWNER: "NOLOGIN BYPASSRLS",  # migrations and the walls' own functions see every row
    APP: "LOGIN NOBYPASSRLS",
    MAINTENANCE: "LOGIN BYPASSRLS",
}
_NEVER = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"

_READ = "SELECT"
_ADD = "SELECT, INSERT"
_ADD_AND_DROP = "SELECT, INSERT, DELETE"
_CHANGE = "SELECT, INSERT, UPDATE"
_ALL = "SELECT, INSERT, UPDATE, DELETE"
# A lock on a row needs the right to change one of its columns: here the one that nothing changes.
_READ_AND_LOCK = "SELECT, UPDATE (id)"
_ADD_AND_LOCK = "SELECT, INSERT, UPDATE (id)"

# What the application may do with each table; with others nothing.
RIGHTS = {
    # Evidence: see the walls of consent/migrations/0002_walls.py.
    "audit_entry": _ADD,
    "consent_consent": _ADD,
    "consent_consentevent": _ADD,
    "consent_freeze": _ADD_AND_LOCK,
    "consent_freezelift": _ADD,
    "consent_handover": _ADD,
    "consent_override": _ADD,
    "consent_involved": _ADD,
    "consent_overrideanswer": _ADD,
    "consent_review": _ADD,
    "consent_reviewer": _ADD,
    "consent_reviewoutcome": _ADD,
    "consent_telling": _ADD,
    "consent_housepolicy": _ADD,
    "consent_release": _ADD,
    "consent_releaseitem": _ADD,
    "consent_releaseitem_consents": _ADD,
    "consent_withhelditem": _ADD,
    "sessions_app_agreementsignature": _ADD,
    "sessions_app_agreementtalk": _ADD,
    "sessions_app_agreementversion": _ADD,
    "sessions_app_legalstanding": _ADD,
    "sessions_app_contactreading": _ADD_AND_LOCK,
    "sessions_app_contactreview": _ADD,
    "sessions_app_disclosureversion": _ADD_AND_DROP,  # a draft is discarded whole
    "sessions_app_subject": _ADD_AND_DROP,
    # Django empties these of a draft's rows when it is discarded, and never meets one.
    "consent_consentrequest_versions": _ADD_AND_DROP,
    "sessions_app_versiongrouppermission": "SELECT, DELETE",
    "sessions_app_disclosuregrouppermission": "SELECT, DELETE",
    "sessions_app_pulsequestions": _ADD,
    "sessions_app_pulseanswer": _ADD,
    "ethics_casestep": _ADD,
    "ethics_policyreference": _ADD,
    "ethics_jurisdictionrule": _ADD,
    "ethics_confirmation": _ADD,
    "ethics_crisiscontact": _ADD,
    "ethics_riskassessment": _ADD,
    "ethics_riskfollowup": _ADD,
    "ethics_safetyplan": _ADD,
    # Written once, though nothing in the database holds it to that.
    "consent_consentrequest": _ADD,
    "consent_recipient": _ADD,
    "sessions_app_addendum": _ADD,
    "audit_denialbucket": _ALL,
    "audit_head": _CHANGE,
    "accounts_practice": _READ_AND_LOCK,
    "accounts_user": _CHANGE,
    "accounts_staffrole": _CHANGE,
    "accounts_roleproposal": _CHANGE,
    "accounts_storedsession": _ALL,
    "accounts_signin": _CHANGE,
    "accounts_stepup": _CHANGE,
    "accounts_idempotency": _CHANGE,
    "accounts_tries": _ALL,
    "accounts_invitation": _CHANGE,
    "accounts_recovery": _CHANGE,
    "accounts_inroom": _CHANGE,
    "accounts_wayinchange": _CHANGE,
    "accounts_mailcode": _CHANGE,
    "accounts_calendarfeed": _CHANGE,
    "mfa_authenticator": _ALL,
    "sessions_app_member": _CHANGE,
    "sessions_app_therapygroup": _CHANGE,
    "sessions_app_membership": _CHANGE,
    "sessions_app_facilitation": _CHANGE,
    "sessions_app_supervision": _CHANGE,
    "sessions_app_groupsession": _CHANGE,
    "sessions_app_attendance": _CHANGE,
    "sessions_app_groupnote": _CHANGE,
    "sessions_app_namemark": _ADD_AND_DROP,
    "sessions_app_draft": _ALL,
    "sessions_app_erasure": _CHANGE,
    "sessions_app_legalhold": _CHANGE,
    "sessions_app_representation": _CHANGE,
    "sessions_app_breachreport": _CHANGE,
    "sessions_app_disclosure": _ALL,
    "sessions_app_groupuserpermission": _ADD_AND_DROP,
    "sessions_app_disclosureuserpermission": _ADD_AND_DROP,
    "sessions_app_versionuserpermission": _ADD_AND_DROP,
    "consent_classmembership": _CHANGE,
    "consent_paperconsent": _CHANGE,
    "consent_releaselink": _CHANGE,
    "consent_linkvisit": _ADD_AND_DROP,
    "consent_privacyrequest": _CHANGE,
    "consent_notice": _ALL,
    "ethics_ethicscase": _CHANGE,
    "ethics_caseperson": _CHANGE,
    "ethics_caseshare": _CHANGE,
    "auth_permission": _READ,
    "django_content_type": _READ,
    "account_emailaddress": _READ,
    "groupcare_cache": _ALL,
}
# The vault is another database and shows everything to whoever reaches it.
VAULT_RIGHTS = {
    "vault_shredkey": _ADD_AND_DROP,
    "vault_keycheck": _ADD,
    "vault_knownhead": _CHANGE,
}

_PRACTICE = f"(SELECT NULLIF(current_setting('{SETTING}', true), '')::uuid)"


def _of(parent: str, column: str) -> str:
    """A row is its parent's practice's; the parent's own policy says which that is."""
    return f"EXISTS (SELECT 1 FROM {parent} p WHERE p.id = {column})"


_OWN = f"practice_id = {_PRACTICE}"
_OF_A_GROUP = _of("sessions_app_therapygroup", "group_id")
_OF_A_VERSION = _of("sessions_app_disclosureversion", "version_id")
_OF_A_RELEASE = _of("consent_release", "release_id")
_OF_A_CASE = _of("ethics_ethicscase", "case_id")
_OF_AN_OVERRIDE = _of("consent_override", "override_id")

# Which rows belong to the acting practice.
POLICIES = {
    "sessions_app_member": _OWN,
    "sessions_app_therapygroup": _OWN,
    "sessions_app_membership": _OF_A_GROUP,
    "sessions_app_facilitation": _OF_A_GROUP,
    "sessions_app_supervision": _OF_A_GROUP,
    "sessions_app_agreementsignature": _of("sessions_app_membership", "membership_id"),
    "sessions_app_contactreading": _OF_A_GROUP,
    "sessions_app_contactreview": _of("sessions_app_contactreading", "reading_id"),
    "sessions_app_groupsession": _OF_A_GROUP,
    "sessions_app_attendance": _of("sessions_app_groupsession", "session_id"),
    "sessions_app_groupnote": _of("sessions_app_groupsession", "session_id"),
    "sessions_app_addendum": _of("sessions_app_groupnote", "note_id"),
    "sessions_app_namemark": f"CASE WHEN version_id IS NULL THEN "
    f"{_of('sessions_app_groupnote', 'group_note_id')} ELSE {_OF_A_VERSION} END",
    "sessions_app_draft": "EXISTS (SELECT 1 FROM accounts_user p "
    f"WHERE p.id = user_id AND p.practice_id = {_PRACTICE})",
    "sessions_app_pulsequestions": _OWN,
    "sessions_app_pulseanswer": _OF_A_GROUP,
    "sessions_app_erasure": _OWN,
    "sessions_app_legalhold": _OWN,
    "sessions_app_representation": _OWN,
    "sessions_app_legalstanding": _of("sessions_app_member", "member_id"),
    "sessions_app_agreementversion": _OF_A_GROUP,
    "sessions_app_agreementtalk": _OF_A_GROUP,
    "sessions_app_breachreport": _OF_A_GROUP,
    "sessions_app_disclosure": _OF_A_GROUP,
    "sessions_app_disclosureversion": _of("sessions_app_disclosure", "disclosure_id"),
    "sessions_app_subject": _OF_A_VERSION,
    "sessions_app_groupuserpermission": _of("sessions_app_therapygroup", "content_object_id"),
    "sessions_app_groupgrouppermission": _of("sessions_app_therapygroup", "content_object_id"),
    "sessions_app_disclosureuserpermission": _of("sessions_app_disclosure", "content_object_id"),
    "sessions_app_disclosuregrouppermission": _of("sessions_app_disclosure", "content_object_id"),
    "sessions_app_versionuserpermission": _of(
        "sessions_app_disclosureversion", "content_object_id"
    ),
    "sessions_app_versiongrouppermission": _of(
        "sessions_app_disclosureversion", "content_object_id"
    ),
    "consent_recipient": _OWN,
    "consent_classmembership": _of("consent_recipient", "recipient_id"),
    "consent_consentrequest": _OWN,
    "consent_consentrequest_versions": _of("consent_consentrequest", "consentrequest_id"),
    "consent_consent": _of("consent_consentrequest", "request_id"),
    "consent_consentevent": _of("consent_consent", "consent_id"),
    "consent_paperconsent": _of("consent_consent", "consent_id"),
    "consent_release": _OWN,
    "consent_releaseitem": _OF_A_RELEASE,
    "consent_releaseitem_consents": _of("consent_releaseitem", "releaseitem_id"),
    "consent_withhelditem": _OF_A_RELEASE,
    "consent_handover": _OF_A_RELEASE,
    "consent_override": _OWN,
    "consent_involved": _OF_AN_OVERRIDE,
    "consent_overrideanswer": _OF_AN_OVERRIDE,
    "consent_review": _OF_AN_OVERRIDE,
    "consent_reviewer": _of("consent_review", "review_id"),
    "consent_reviewoutcome": _of("consent_review", "review_id"),
    "consent_telling": _OF_AN_OVERRIDE,
    "consent_releaselink": _OWN,
    "consent_linkvisit": _of("consent_releaselink", "link_id"),
    "consent_notice": _OWN,
    "consent_housepolicy": _OWN,
    "consent_privacyrequest": _OWN,
    "ethics_ethicscase": _OWN,
    "ethics_caseperson": _OF_A_CASE,
    "ethics_casestep": _OF_A_CASE,
    "ethics_caseshare": _OF_A_CASE,
    # One without a practice freezes every practice, so every practice has to see it.
    "consent_freeze": f"practice_id IS NULL OR {_OWN}",
    "consent_freezelift": _of("consent_freeze", "freeze_id"),
    # What has no practice is everybody's; rules of places belong to none and have no policy.
    "ethics_jurisdictionrule": "true",  # the law of a place is everybody's
    "ethics_policyreference": f"practice_id IS NULL OR {_OWN}",
    "ethics_crisiscontact": f"practice_id IS NULL OR {_OWN}",
    "ethics_confirmation": _OWN,
    "ethics_riskassessment": _OWN,
    "ethics_riskfollowup": _of("ethics_riskassessment", "assessment_id"),
    "ethics_safetyplan": _OWN,
}

_LARGE_OBJECTS = (
    "lo_creat(integer)",
    "lo_create(oid)",
    "lo_from_bytea(oid, bytea)",
    "lo_put(oid, bigint, bytea)",
    "lo_import(text)",
    "lo_import(text, oid)",
    "lo_export(oid, text)",
)

HINTS = """\
-- Settings this does not touch; see docs/postgresql.md.
--   postgresql.conf: log_parameter_max_length = 0, log_parameter_max_length_on_error = 0,
--     log_min_error_statement = panic, log_error_verbosity = terse, log_statement = none or ddl,
--     log_min_duration_statement = -1, synchronous_commit = on, ssl = on
--   pg_hba.conf: scram-sha-256 for gc_app and gc_maint, from the application's hosts alone
--   \\password gc_app  and  \\password gc_maint  set their passwords without leaving them in a log
"""


def statements(connection: BaseDatabaseWrapper, *, vault: bool) -> Iterator[str]:
    """Yield what makes roles, rights and policies as listed here; saying it twice changes nothing.

    `vault` says that the connection is the vault's database, which has no policies.
    """
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc p "
            "WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS ("
            "SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY 1"
        )
        functions = [name for (name,) in cursor.fetchall()]
        database = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
    for role, attributes in ROLES.items():
        yield _role(role, f"{attributes} {_NEVER}")
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    yield f"GRANT CONNECT ON DATABASE {database} TO {APP}, {MAINTENANCE}"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"REVOKE ALL ON SCHEMA public FROM {APP}, {MAINTENANCE}"
    yield f"GRANT USAGE ON SCHEMA public TO {APP}, {MAINTENANCE}"
    yield f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"
    for name in _LARGE_OBJECTS:
        yield f"REVOKE ALL ON FUNCTION pg_catalog.{name} FROM PUBLIC"
    for function in functions:
        yield f"ALTER FUNCTION {function} OWNER TO {OWNER}"
        yield f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {APP}, {MAINTENANCE}"
    rights = VAULT_RIGHTS if vault else RIGHTS
    for table in sorted(tables):
        yield f"ALTER TABLE {table} OWNER TO {OWNER}"
        yield f"REVOKE ALL ON TABLE {table} FROM PUBLIC, {APP}, {MAINTENANCE}"
        if table in rights:
            yield f"GRANT {rights[table]} ON TABLE {table} TO {APP}"
        yield f"GRANT {_for_maintenance(rights.get(table))} ON TABLE {table} TO {MAINTENANCE}"
    for kind in ("TABLES", "FUNCTIONS"):
        yield f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} REVOKE ALL ON {kind} FROM PUBLIC"
    for table, own in ({} if vault else POLICIES).items():
        if table in tables:
            yield from _policies(table, own)


def lacking_policy(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables whose rows every practice's sign-ins would see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relname = ANY(%s) "
            "AND relnamespace = 'public'::regnamespace AND NOT ("
            "relrowsecurity AND relforcerowsecurity AND EXISTS ("
            "SELECT FROM pg_policy WHERE polrelid = c.oid AND NOT polpermissive)) ORDER BY 1",
            [list(POLICIES)],
        )
        return [name for (name,) in cursor.fetchall()]


def _for_maintenance(apps_rights: str | None) -> str:
    """Batch work reaches every practice, and changes evidence no more than anybody."""
    return apps_rights if apps_rights in (_ADD, _ADD_AND_LOCK, _ADD_AND_DROP) else _ALL


def _role(name: str, attributes: str) -> str:
    # Roles belong to the whole cluster: another database may make or have made them.
    wanted = {
        "rolcanlogin": "NOLOGIN" not in attributes.split(),
        "rolbypassrls": "NOBYPASSRLS" not in attributes.split(),
    }
    differs = " OR ".join(
        [
            *(f"{column} <> {str(value).lower()}" for column, value in wanted.items()),
            "rolsuper",
            "rolcreatedb",
            "rolcreaterole",
            "rolreplication",
        ]
    )
    return (
        "DO $$ BEGIN "
        f"IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN "
        f"CREATE ROLE {name} {attributes}; "
        f"ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}' AND ({differs})) THEN "
        f"ALTER ROLE {name} {attributes}; END IF; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )


def _policies(table: str, own: str) -> Iterator[str]:
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    for name in ("everybody", "own_practice"):
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
    # A permissive one has to let rows through before a restrictive one can hold them back,
    # and no further permissive one can widen it.
    yield f"CREATE POLICY everybody ON {table} AS PERMISSIVE FOR ALL TO {APP} USING (true)"
    yield f"CREATE POLICY own_practice ON {table} AS RESTRICTIVE FOR ALL TO PUBLIC USING ({own})"
