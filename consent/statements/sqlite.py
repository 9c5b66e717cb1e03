"""The statement that reads the facts of a decision on SQLite. Its rows: `consent.statements`."""

from consent.statements.acts import ANSWERS, CHANGES, HOLDS, PERMITTING, SHOWINGS, STANDINGS

# ruff: noqa: S608 - only constants of this module and of `acts`

_NOW = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"

_OF_HOLD = f"e.act IN ({HOLDS})"
_TOLD = f"json_array(e.seq, hex(e.hash) || hex(e.prev) || hex(e.body), {_OF_HOLD})"


def _last(what: str, chain: str, about: str, acts: str) -> str:
    """The trail's last word on something among some acts."""
    return f"""
SELECT {what} FROM audit_entry e
 WHERE e.chain = {chain} AND e.object_id = {about} AND e.act IN ({acts})
 ORDER BY e.seq DESC LIMIT 1"""


_CLASSES = f"""
SELECT json_group_array(json_array(
    m.id, m.recipient_class_id, m.since, m.until, m.shown_by_id, m.evidence,
    m.mac_key_id, hex(m.mac), (SELECT id FROM house),
    json(({_last(_TOLD, "(SELECT id FROM house)", "m.id", SHOWINGS)}))))
  FROM consent_classmembership m
 WHERE m.recipient_id = %(recipient)s AND m.since <= {_NOW}
   AND (m.until IS NULL OR m.until > {_NOW})"""

_POLICY = """
SELECT json_array(p.longest_days, p.cooling_off_hours, p.in_person)
  FROM consent_housepolicy p WHERE p.practice_id = (SELECT id FROM house)
 ORDER BY p.set_at DESC, p.id DESC LIMIT 1"""

_FROZEN = """
SELECT 1 FROM consent_freeze f
 WHERE (f.practice_id IS NULL OR f.practice_id = (SELECT id FROM house))
   AND NOT EXISTS (
       SELECT 1 FROM consent_freezelift l JOIN consent_freezelift m
           ON m.freeze_id = l.freeze_id AND m.turn = l.turn
        WHERE l.freeze_id = f.id AND m.by_id <> l.by_id AND m.role <> l.role)"""

_EVENTS = f"""
SELECT json_group_array(json(CASE WHEN x.kind IN ({PERMITTING})
    THEN json_array(x.counter, x.kind, x.at, x.until, x.evidence, x.by_id, x.text_version,
                    hex(x.signature_sealed), x.mac_key_id, hex(x.mac))
    ELSE json_array(x.counter, x.kind, x.at, x.until, x.evidence) END))
  FROM consent_consentevent x WHERE x.consent_id = c.id"""

_CONSENTS = f"""
SELECT json_group_array(json_array(
    c.member_id, c.id, c.recipient_id, c.recipient_class_id, json(c.purposes),
    c.effective, c.expires,
    CASE WHEN %(recipient)s IS NULL
      THEN (SELECT r.kind = 'class' FROM consent_recipient r WHERE r.id = c.recipient_id) END,
    json(({_last(_TOLD, "g.practice_id", "c.id", CHANGES)})),
    json(CASE WHEN ({_last(_OF_HOLD, "g.practice_id", "c.id", CHANGES)})
      THEN ({_last(_TOLD, "g.practice_id", "c.id", ANSWERS)}) END),
    json(({_EVENTS}))))
  FROM consent_consent c WHERE c.version_id = w.id"""

_SIGNED = """
SELECT 1 FROM sessions_app_membership t
  JOIN sessions_app_agreementsignature n ON n.membership_id = t.id
 WHERE t.member_id = b.member_id AND t.group_id = s.group_id
   AND django_datetime_cast_date(s.starts, (SELECT time_zone FROM house), 'UTC')
       BETWEEN t.since AND coalesce(t.until, '9999-12-31')
   AND (n.text_version = g.agreement_version OR t.until IS NOT NULL)"""

_ELSEWHERE = """
SELECT json_array(o.id, i.disclosure_id, o.version_id, json(o.purposes), o.effective, o.expires)
  FROM consent_consent o JOIN sessions_app_disclosureversion i ON i.id = o.version_id
 WHERE o.member_id = b.member_id AND o.recipient_id = %(recipient)s
   AND NOT EXISTS (SELECT 1 FROM consent_consent c
                    WHERE c.version_id = w.id AND c.member_id = b.member_id)
 LIMIT 1"""

_STANDING = """
SELECT json_array(
    l.number, l.user_id, l.signs, l.of_age_at, l.died, json(l.representatives), l.recorded_by_id,
    l.at, l.mac_key_id, hex(l.mac))
  FROM sessions_app_legalstanding l WHERE l.member_id = b.member_id
 ORDER BY l.number DESC LIMIT 1"""

_SUBJECTS = f"""
SELECT json_group_array(json(CASE WHEN w.number <> d.current_version
    THEN json_array(b.member_id)
    ELSE json_array(b.member_id, EXISTS ({_SIGNED}), json(({_ELSEWHERE})),
      json(({_STANDING})), json(({_last(_TOLD, "g.practice_id", "b.member_id", STANDINGS)}))) END))
  FROM sessions_app_subject b WHERE b.version_id = w.id"""

_LEADS = f"""
EXISTS (SELECT 1 FROM sessions_app_groupuserpermission p
          JOIN auth_permission a ON a.id = p.permission_id
         WHERE p.content_object_id = d.group_id AND p.user_id = %(releaser)s
           AND a.codename = 'run_group')
AND EXISTS (SELECT 1 FROM sessions_app_facilitation l
              JOIN accounts_user u ON u.id = l.user_id
              JOIN accounts_practice z ON z.id = u.practice_id
             WHERE l.group_id = d.group_id AND l.user_id = %(releaser)s
               AND django_datetime_cast_date({_NOW}, z.time_zone, 'UTC')
                   BETWEEN l.since AND coalesce(l.until, '9999-12-31'))"""

_MAY_READ = """
EXISTS (SELECT 1 FROM sessions_app_disclosureuserpermission p
          JOIN auth_permission a ON a.id = p.permission_id
         WHERE p.content_object_id = d.id AND p.user_id = %(releaser)s
           AND a.codename = 'read_disclosure')"""

_MAY_RELEASE = """
EXISTS (SELECT 1 FROM sessions_app_versionuserpermission p
          JOIN auth_permission a ON a.id = p.permission_id
         WHERE p.content_object_id = w.id AND p.user_id = %(releaser)s
           AND a.codename = 'release_version')"""

_VERSIONS = f"""
SELECT json_group_array(json_array(
    w.id, w.number, hex(w.digest),
    w.number = d.current_version AND (%(releaser)s IS NULL OR {_MAY_RELEASE}),
    json(({_SUBJECTS})), json(({_CONSENTS}))))
  FROM sessions_app_disclosureversion w WHERE w.disclosure_id = d.id"""

STATEMENT = f"""
WITH house AS (
  SELECT h.id, h.time_zone FROM sessions_app_disclosure d
    JOIN sessions_app_therapygroup g ON g.id = d.group_id
    JOIN accounts_practice h ON h.id = g.practice_id
   WHERE d.id = json_extract(%(items)s, '$[0]'))
SELECT json_array(
    {_NOW}, (SELECT r.member_id FROM consent_recipient r WHERE r.id = %(recipient)s),
    json(({_CLASSES})), json(({_POLICY})), EXISTS ({_FROZEN}))
UNION ALL
SELECT json_array(
    d.id, d.speaker_id, d.kind, d.record_class, d.state, d.subjects_resolved,
    d.redacted_from_id IS NOT NULL AND d.second_look_at IS NULL,
    %(releaser)s IS NULL OR ({_LEADS} AND {_MAY_READ}),
    d.current_version, g.practice_id, json(({_VERSIONS})))
  FROM sessions_app_disclosure d
  JOIN sessions_app_groupsession s ON s.id = d.session_id
  JOIN sessions_app_therapygroup g ON g.id = s.group_id AND g.practice_id = (SELECT id FROM house)
 WHERE d.id IN (SELECT value FROM json_each(%(items)s))
"""
