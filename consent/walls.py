"""The second wall of the gate: no row of a release without standing grants, whoever writes it.

It judges in the database what `consent.rules` judges before: member, version,
recipient, purpose, period and the last event, for each subject. What needs a
key or a person's standing it leaves to the service: MACs, the trail's last
word, refusals of wider purposes, who may sign, house policy, freeze. Nor does
it lock: the service has the item's lock. An item that names an override goes
that way and no other: its one version and recipient, its requester, somebody
else's yes or an urgent basis, its hour, and never twice. Source:
docs/rules.md R10, R100.
"""

from datetime import timedelta

from django.db.backends.base.base import BaseDatabaseWrapper

from consent.kinds import PARENT_PURPOSE
from consent.rules import reaches
from consent.rules.claims import ANSWERED_WITHIN, GOES_WITHIN, PURPOSES
from consent.rules.overrides import CAN_BE_URGENT, NEVER_FOR_PART2

GATE = "consent_releaseitem_gate"

_CLOCK = {
    "postgresql": "clock_timestamp()",
    # As Django writes times on SQLite, to the microsecond: they are compared as text.
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
}
_LEAST = {"postgresql": "LEAST", "sqlite": "min"}
_PURPOSES = {
    "postgresql": "jsonb_array_elements_text(c.purposes) AS p(value)",
    "sqlite": "json_each(c.purposes) AS p",
}

_AGO = {
    "postgresql": "(clock_timestamp() - interval '{minutes} minutes')",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-{minutes} minutes')",
}
_YES = {"postgresql": "o.{column}", "sqlite": "o.{column} = 1"}

_UNCOVERED = """
    NEW.override_id IS NULL AND ({by_consent}) OR NEW.override_id IS NOT NULL AND ({by_override})
"""
_BY_OVERRIDE = """
    NOT EXISTS (
        SELECT 1 FROM consent_override o
        JOIN consent_release r ON r.id = NEW.release_id
        JOIN sessions_app_disclosureversion v ON v.id = o.version_id
        JOIN sessions_app_disclosure d ON d.id = v.disclosure_id
        WHERE o.id = NEW.override_id AND o.version_id = NEW.version_id
        AND o.recipient_id = r.recipient_id AND o.practice_id = r.practice_id
        AND o.requested_by_id = r.released_by_id AND r.decision = 'permit'
        AND r.session_id IS NULL AND r.group_id IS NULL
        AND d.state NOT IN ('error', 'erased', 'unused')
        AND (v.number = d.current_version OR o.basis = 'COURT_ORDER' AND {names_version})
        AND o.basis || '>' || r.purpose IN ({purposes})
        AND NOT (d.record_class = 'sud_counseling' AND o.basis IN ({never_for_part2}))
        AND (
            EXISTS (
                SELECT 1 FROM consent_overrideanswer a
                WHERE a.override_id = o.id AND a.kind = 'approved'
                AND a.by_id <> o.requested_by_id
                AND a.at > {hour_ago} AND o.requested_at > {longest_ago})
            OR {urgent} AND o.basis IN ({can_be_urgent}) AND o.requested_at > {hour_ago}))
    OR EXISTS (
        SELECT 1 FROM consent_overrideanswer a
        WHERE a.override_id = NEW.override_id AND a.kind <> 'approved')
    OR EXISTS (SELECT 1 FROM consent_releaseitem u WHERE u.override_id = NEW.override_id)
    OR EXISTS (SELECT 1 FROM consent_releaseitem u WHERE u.release_id = NEW.release_id)
    OR NOT EXISTS (SELECT 1 FROM consent_involved i WHERE i.override_id = NEW.override_id)
    OR EXISTS (
        SELECT 1 FROM consent_involved i WHERE i.override_id = NEW.override_id
        AND NOT EXISTS (
            SELECT 1 FROM sessions_app_subject s
            WHERE s.version_id = NEW.version_id AND s.member_id = i.member_id))
"""
_NO_OVERRIDE_BESIDE = """
    EXISTS (
        SELECT 1 FROM consent_releaseitem u
        WHERE u.release_id = NEW.release_id AND u.override_id IS NOT NULL) OR
"""
_BY_CONSENT = """
    NOT EXISTS (
        SELECT 1 FROM sessions_app_disclosureversion v
        JOIN sessions_app_disclosure d ON d.id = v.disclosure_id
        WHERE v.id = NEW.version_id AND v.number = d.current_version
        AND d.state NOT IN ('error', 'erased', 'unused'))
    OR NOT EXISTS (SELECT 1 FROM sessions_app_subject s WHERE s.version_id = NEW.version_id)
    OR EXISTS (
        SELECT 1 FROM sessions_app_subject s
        JOIN consent_release r ON r.id = NEW.release_id
        WHERE s.version_id = NEW.version_id AND NOT EXISTS (
            SELECT 1 FROM consent_consent c
            JOIN consent_consentevent yes ON yes.consent_id = c.id
            WHERE c.member_id = s.member_id AND c.version_id = NEW.version_id
            AND (c.recipient_id = r.recipient_id OR {shown_to_be_in_recipient})
            AND (c.recipient_class_id IS NULL OR {shown_to_be_in_recipient_class})
            AND EXISTS (
                SELECT 1 FROM {purposes} WHERE p.value || '>' || r.purpose IN ({reaching}))
            AND yes.kind = 'granted' AND NOT EXISTS (
                SELECT 1 FROM consent_consentevent later
                WHERE later.consent_id = c.id AND later.counter > yes.counter
                AND later.kind NOT IN ('held', 'unheld'))
            AND NOT EXISTS (
                SELECT 1 FROM consent_consentevent last
                WHERE last.consent_id = c.id AND last.kind NOT IN ('granted', 'unheld')
                AND NOT EXISTS (
                    SELECT 1 FROM consent_consentevent newer
                    WHERE newer.consent_id = c.id AND newer.counter > last.counter))
            AND c.effective <= {clock}
            AND {clock} < {least}(c.expires, COALESCE(yes.until, c.expires))))
    OR NOT EXISTS (
        SELECT 1 FROM consent_release r WHERE r.id = NEW.release_id AND r.decision = 'permit')
"""
_SHOWN = """
    EXISTS (
        SELECT 1 FROM consent_classmembership m
        WHERE m.recipient_class_id = c.{column} AND m.recipient_id = r.recipient_id
        AND m.since <= {clock} AND (m.until IS NULL OR {clock} < m.until))
"""


def raise_gate(connection: BaseDatabaseWrapper) -> None:
    """Let no release item in that lacks a standing grant of every member it concerns.

    Or, if it names one, an override that may go now.
    """
    uncovered = _uncovered(connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(
                f"CREATE TRIGGER {GATE} BEFORE INSERT ON consent_releaseitem WHEN {uncovered} "
                "BEGIN SELECT RAISE(ABORT, 'no standing grant of everybody'); END"
            )
            return
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {GATE}() RETURNS trigger LANGUAGE plpgsql "
            "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS "
            f"$$ BEGIN IF {uncovered} THEN RAISE EXCEPTION 'no standing grant of everybody' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER {GATE} BEFORE INSERT ON consent_releaseitem "
            f"FOR EACH ROW EXECUTE FUNCTION {GATE}()"
        )
        cursor.execute(f"ALTER TABLE consent_releaseitem ENABLE ALWAYS TRIGGER {GATE}")


def lower_gate(connection: BaseDatabaseWrapper) -> None:
    """Take the gate down (a migration's way back)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {GATE} ON consent_releaseitem")
            cursor.execute(f"DROP FUNCTION IF EXISTS {GATE}()")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {GATE}")


def _uncovered(vendor: str) -> str:
    clock = _CLOCK[vendor]
    reaching = [
        f"'{granted}>{asked}'"
        for granted in PARENT_PURPOSE
        for asked in PARENT_PURPOSE
        if reaches(granted, asked)
    ]
    by_consent = _BY_CONSENT.format(
        clock=clock,
        least=_LEAST[vendor],
        purposes=_PURPOSES[vendor],
        reaching=", ".join(reaching),
        shown_to_be_in_recipient=_SHOWN.format(column="recipient_id", clock=clock),
        shown_to_be_in_recipient_class=_SHOWN.format(column="recipient_class_id", clock=clock),
    )
    return _UNCOVERED.format(
        by_consent=_NO_OVERRIDE_BESIDE + by_consent, by_override=_not_overridden(vendor)
    )


def _not_overridden(vendor: str) -> str:
    def ago(span: timedelta) -> str:
        return _AGO[vendor].format(minutes=span // timedelta(minutes=1))

    return _BY_OVERRIDE.format(
        names_version=_YES[vendor].format(column="names_version"),
        urgent=_YES[vendor].format(column="urgent"),
        purposes=", ".join(f"'{basis}>{purpose}'" for basis, purpose in PURPOSES.items()),
        never_for_part2=", ".join(f"'{basis}'" for basis in NEVER_FOR_PART2),
        can_be_urgent=", ".join(f"'{basis}'" for basis in CAN_BE_URGENT),
        hour_ago=ago(GOES_WITHIN),
        longest_ago=ago(ANSWERED_WITHIN + GOES_WITHIN),
    )


def make_link_finder(connection: BaseDatabaseWrapper) -> None:
    """Let a link's page ask for which practice it is to act, and nothing else of the link.

    With the owner's eyes, for the application's role sees no row before it acts
    for a practice. Elsewhere than on PostgreSQL a query does.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION consent_practice_of_link(link varchar) RETURNS uuid "
                "LANGUAGE sql STABLE SECURITY DEFINER "
                "SET search_path = pg_catalog, public, pg_temp "
                "AS $$ SELECT practice_id FROM consent_releaselink WHERE code = link $$"
            )


def drop_link_finder(connection: BaseDatabaseWrapper) -> None:
    """Undo `make_link_finder` (a migration's way back)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS consent_practice_of_link(varchar)")
