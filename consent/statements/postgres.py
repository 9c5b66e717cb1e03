"""The function that reads the facts of a decision on PostgreSQL. Its rows: `consent.statements`.

A function, because its plan is kept by each connection, behind pgBouncer too,
where a prepared statement of a session would be lost. Most of its time goes
into starting the plan and into pages looked up, so it opens few tables and
looks each thing up once. A row for each item spares the server one long text.
A change is another migration.
"""

from consent.statements.acts import ANSWERS, CHANGES, HOLDS, PERMITTING, SHOWINGS, STANDINGS

# ruff: noqa: S608 - only constants of this module and of `acts`


def _last(chain: str, about: str, acts: str) -> str:
    """The trail's last word on something among some acts."""
    return f"""
SELECT e.act IN ({HOLDS}) AS of_hold,
    json_build_array(e.seq, encode(e.hash || e.prev || e.body, 'hex'), e.act IN ({HOLDS})) AS told
  FROM audit_entry e
 WHERE e.chain = {chain} AND e.object_id = {about} AND e.act IN ({acts})
 ORDER BY e.seq DESC LIMIT 1"""


_CLASSES = f"""
SELECT json_agg(json_build_array(
    m.id, m.recipient_class_id, m.since, m.until, m.shown_by_id, m.evidence,
    m.mac_key_id, encode(m.mac, 'hex'), g.practice_id,
    (SELECT e.told FROM ({_last("g.practice_id", "m.id", SHOWINGS)}) e)))
  FROM consent_classmembership m
 WHERE m.recipient_id = recipient AND m.since <= instant
   AND (m.until IS NULL OR m.until > instant)"""

_POLICY = """
SELECT json_build_array(p.longest_days, p.cooling_off_hours, p.in_person)
  FROM consent_housepolicy p WHERE p.practice_id = g.practice_id
 ORDER BY p.set_at DESC, p.id DESC LIMIT 1"""

_FROZEN = """
SELECT true FROM consent_freeze f
 WHERE (f.practice_id IS NULL OR f.practice_id = g.practice_id)
   AND NOT EXISTS (
       SELECT 1 FROM consent_freezelift l JOIN consent_freezelift m
           ON m.freeze_id = l.freeze_id AND m.turn = l.turn
        WHERE l.freeze_id = f.id AND m.by_id <> l.by_id AND m.role <> l.role)
 LIMIT 1"""

# The groups that the releaser leads today, by the day of their own practice.
_LED = """
SELECT l.group_id FROM accounts_user u
  JOIN accounts_practice z ON z.id = u.practice_id
  JOIN sessions_app_facilitation l ON l.user_id = u.id
  JOIN sessions_app_groupuserpermission p
    ON p.user_id = u.id AND p.permission_id = rights.running AND p.content_object_id = l.group_id
 WHERE u.id = releaser AND (instant AT TIME ZONE z.time_zone)::date
       BETWEEN l.since AND coalesce(l.until, 'infinity')"""

# Everything that is the same for all items. One row comes, whatever is there.
_FIRST = f"""
SELECT g.practice_id, h.time_zone, rights.reading, rights.releasing, ARRAY({_LED}),
    json_build_array(
      instant, (SELECT r.member_id FROM consent_recipient r WHERE r.id = recipient),
      ({_CLASSES}), ({_POLICY}), ({_FROZEN}))
  INTO house, zone, reading, releasing, led, first
  FROM (SELECT max(a.id) FILTER (WHERE a.codename = 'run_group') AS running,
               max(a.id) FILTER (WHERE a.codename = 'read_disclosure') AS reading,
               max(a.id) FILTER (WHERE a.codename = 'release_version') AS releasing
          FROM auth_permission a
         WHERE a.codename IN ('run_group', 'read_disclosure', 'release_version')) rights
  LEFT JOIN sessions_app_disclosure d ON d.id = items[1]
  LEFT JOIN sessions_app_therapygroup g ON g.id = d.group_id
  LEFT JOIN accounts_practice h ON h.id = g.practice_id"""

_EVENTS = f"""
SELECT json_agg(CASE WHEN x.kind IN ({PERMITTING})
    THEN json_build_array(x.counter, x.kind, x.at, x.until, x.evidence, x.by_id, x.text_version,
                          encode(x.signature_sealed, 'hex'), x.mac_key_id, encode(x.mac, 'hex'))
    ELSE json_build_array(x.counter, x.kind, x.at, x.until, x.evidence) END)
  FROM consent_consentevent x WHERE x.consent_id = c.id"""


_CONSENTS = f"""
SELECT array_agg(c.member_id) AS members, json_agg(json_build_array(
    c.member_id, c.id, c.recipient_id, c.recipient_class_id, c.purposes, c.effective, c.expires,
    CASE WHEN recipient IS NULL
      THEN (SELECT r.kind = 'class' FROM consent_recipient r WHERE r.id = c.recipient_id) END,
    last.told,
    CASE WHEN last.of_hold THEN (SELECT a.told FROM ({_last("house", "c.id", ANSWERS)}) a) END,
    ({_EVENTS}))) AS told
  FROM consent_consent c LEFT JOIN LATERAL ({_last("house", "c.id", CHANGES)}) last ON true
 WHERE c.version_id = w.id"""

_SIGNED = """
SELECT true FROM sessions_app_membership t
  JOIN sessions_app_agreementsignature n ON n.membership_id = t.id
 WHERE t.member_id = b.member_id AND t.group_id = s.group_id
   AND (s.starts AT TIME ZONE zone)::date BETWEEN t.since AND coalesce(t.until, 'infinity')
   AND (n.text_version = g.agreement_version OR t.until IS NOT NULL)
 LIMIT 1"""

_ELSEWHERE = """
SELECT json_build_array(o.id, i.disclosure_id, o.version_id, o.purposes, o.effective, o.expires)
  FROM consent_consent o JOIN sessions_app_disclosureversion i ON i.id = o.version_id
 WHERE o.member_id = b.member_id AND o.recipient_id = recipient
 LIMIT 1"""

_STANDING = """
SELECT json_build_array(
    l.number, l.user_id, l.signs, l.of_age_at, l.died, l.representatives, l.recorded_by_id, l.at,
    l.mac_key_id, encode(l.mac, 'hex'))
  FROM sessions_app_legalstanding l WHERE l.member_id = b.member_id
 ORDER BY l.number DESC LIMIT 1"""

_SUBJECTS = f"""
SELECT json_agg(CASE WHEN w.number <> d.current_version THEN json_build_array(b.member_id)
    ELSE json_build_array(b.member_id, ({_SIGNED}),
      CASE WHEN recipient IS NOT NULL AND (b.member_id = ANY(asked.members)) IS NOT TRUE
        THEN ({_ELSEWHERE}) END,
      ({_STANDING}), (SELECT e.told FROM ({_last("house", "b.member_id", STANDINGS)}) e)) END)
  FROM sessions_app_subject b WHERE b.version_id = w.id"""

_MAY_READ = """
SELECT true FROM sessions_app_disclosureuserpermission p
 WHERE p.user_id = releaser AND p.permission_id = reading AND p.content_object_id = d.id
 LIMIT 1"""

_MAY_RELEASE = """
SELECT true FROM sessions_app_versionuserpermission p
 WHERE p.user_id = releaser AND p.permission_id = releasing AND p.content_object_id = w.id
 LIMIT 1"""

_VERSIONS = f"""
SELECT json_agg(json_build_array(
    w.id, w.number, encode(w.digest, 'hex'),
    w.number = d.current_version AND (releaser IS NULL OR ({_MAY_RELEASE})),
    ({_SUBJECTS}), asked.told))
  FROM sessions_app_disclosureversion w CROSS JOIN LATERAL ({_CONSENTS}) asked
 WHERE w.disclosure_id = d.id"""

_ITEMS = f"""
SELECT json_build_array(
    d.id, d.speaker_id, d.kind, d.record_class, d.state, d.subjects_resolved,
    d.redacted_from_id IS NOT NULL AND d.second_look_at IS NULL,
    releaser IS NULL OR d.group_id = ANY(led) AND ({_MAY_READ}),
    d.current_version, house, ({_VERSIONS}))::text
  FROM sessions_app_disclosure d
  JOIN sessions_app_groupsession s ON s.id = d.session_id
  JOIN sessions_app_therapygroup g ON g.id = s.group_id AND g.practice_id = house
 WHERE d.id = ANY(items)"""

# The settings hold the plan to what it is for: made once, for few items, by index, however small
# the tables were when it was made. Without the first it is made again at each call, because the
# planner expects ten items and finds one.
FUNCTION = f"""
CREATE FUNCTION consent_facts(items uuid[], recipient uuid, releaser uuid)
RETURNS SETOF text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
  instant timestamptz := clock_timestamp();
  house uuid;
  zone text;
  reading integer;
  releasing integer;
  led uuid[];
  first json;
BEGIN
{_FIRST};
RETURN NEXT first::text;
RETURN QUERY {_ITEMS};
END $$
"""

STATEMENT = (
    "SELECT * FROM consent_facts(%(items)s::uuid[], %(recipient)s::uuid, %(releaser)s::uuid)"
)
