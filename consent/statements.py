"""The one statement that reads the facts of a decision, for each database.

Both return the same JSON, listed as `consent.facts` unpacks it:

    [instant, asker, classes, policy, frozen, items]
    class    [showing, class, since, until, shown by, evidence, key id, mac, practice,
              last entry]: what is said to be in force, believed or not (consent/belonging.py)
    policy   [longest days, cooling-off hours, in person], or null
    item     [disclosure, version, speaker, kind, record class, state, subjects resolved,
              unchecked redaction, newest version, originated by the releaser, releasable by them,
              practice, versions, signed, elsewhere, consents]
    version  [version, digest, subjects]
    signed   members whose stint on the session's day has a signed agreement
    elsewhere [member, consent, disclosure, version, purposes, effective, expires]: one consent to
              the same recipient about another item, for subjects without one about this item
    consent  [member, consent, version, recipient, class, purposes, effective, expires,
              recipient is a class, last entry, last answer's entry, events]
    entry    [seq, body, prev, hash]; the second only if a hold was lifted
    event    [counter, kind, at, until, by, evidence, text version, signature, key id, mac]

On PostgreSQL it is a function: its plan is kept by each connection, behind
pgBouncer too, where a prepared statement of a session would be lost. A change
is another migration, with CREATE OR REPLACE.
"""

# Acts that change what stands of a consent; their `object_id` is the consent.
CHANGES = ("granted", "declined", "revoked", "held", "unheld", "expired", "superseded", "defect")
CONSENT_ACTS = tuple(f"consent.{kind}" for kind in CHANGES)
_ACTS = ", ".join(f"'{act}'" for act in CONSENT_ACTS)
_ANSWERS = ", ".join(f"'{act}'" for act in CONSENT_ACTS if "held" not in act)
_SHOWINGS = "'class.shown', 'class.ended'"  # their `object_id` is the showing

POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION consent_facts(items uuid[], recipient uuid, releaser uuid)
RETURNS text LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  house uuid;
  zone text;
  led uuid[];
  running integer;
  reading integer;
  releasing integer;
  instant timestamptz := clock_timestamp();
BEGIN
SELECT g.practice_id, h.time_zone INTO house, zone
  FROM sessions_app_disclosure d JOIN sessions_app_therapygroup g ON g.id = d.group_id
  JOIN accounts_practice h ON h.id = g.practice_id
 WHERE d.id = items[1];
IF releaser IS NOT NULL THEN
  SELECT max(a.id) FILTER (WHERE a.codename = 'run_group'),
         max(a.id) FILTER (WHERE a.codename = 'read_disclosure'),
         max(a.id) FILTER (WHERE a.codename = 'release_version')
    INTO running, reading, releasing FROM auth_permission a;
  SELECT array_agg(l.group_id) INTO led
    FROM accounts_user u JOIN accounts_practice h ON h.id = u.practice_id
    JOIN sessions_app_facilitation l ON l.user_id = u.id
    JOIN sessions_app_groupuserpermission p
      ON p.content_object_id = l.group_id AND p.user_id = u.id AND p.permission_id = running
   WHERE u.id = releaser AND (instant AT TIME ZONE h.time_zone)::date
         BETWEEN l.since AND coalesce(l.until, 'infinity');
END IF;
RETURN (SELECT json_build_array(
  instant,
  (SELECT r.member_id FROM consent_recipient r WHERE r.id = recipient),
  (SELECT json_agg(json_build_array(
            m.id, m.recipient_class_id, m.since, m.until, m.shown_by_id, m.evidence,
            m.mac_key_id, encode(m.mac, 'hex'), house,
            (SELECT json_build_array(e.seq, encode(e.body, 'hex'), encode(e.prev, 'hex'),
                                     encode(e.hash, 'hex'))
               FROM audit_entry e
              WHERE e.chain = house AND e.object_id = m.id AND e.act IN ({_SHOWINGS})
              ORDER BY e.seq DESC LIMIT 1)))
     FROM consent_classmembership m
    WHERE m.recipient_id = recipient AND m.since <= instant
      AND (m.until IS NULL OR m.until > instant)),
  (SELECT json_build_array(p.longest_days, p.cooling_off_hours, p.in_person)
     FROM consent_housepolicy p WHERE p.practice_id = house
    ORDER BY p.set_at DESC, p.id DESC LIMIT 1),
  (SELECT count(*) FROM consent_freeze f
    WHERE (f.practice_id IS NULL OR f.practice_id = house)
      AND (SELECT least(count(DISTINCT l.by_id), count(DISTINCT l.role))
             FROM consent_freezelift l WHERE l.freeze_id = f.id) < 2) > 0,
  (SELECT json_agg(json_build_array(
     d.id, v.id, d.speaker_id, d.kind, d.record_class, d.state, d.subjects_resolved,
     d.redacted_from_id IS NOT NULL AND d.second_look_at IS NULL,
     written.newest = d.current_version,
     releaser IS NULL OR coalesce(d.group_id = ANY(led), false) AND
       (SELECT count(*) FROM sessions_app_disclosureuserpermission p
         WHERE p.content_object_id = d.id AND p.user_id = releaser
           AND p.permission_id = reading) > 0,
     releaser IS NULL OR
       (SELECT count(*) FROM sessions_app_versionuserpermission p
         WHERE p.content_object_id = v.id AND p.user_id = releaser
           AND p.permission_id = releasing) > 0,
     house,
     written.versions,
     (SELECT json_agg(t.member_id) FROM sessions_app_membership t
        JOIN sessions_app_agreementsignature n ON n.membership_id = t.id
       WHERE t.member_id = ANY(v.members) AND t.group_id = s.group_id
         AND (s.starts AT TIME ZONE zone)::date BETWEEN t.since AND coalesce(t.until, 'infinity')),
     (SELECT json_agg(json_build_array(b.member_id, o.id, o.disclosure_id, o.version_id,
                                       o.purposes, o.effective, o.expires))
        FROM unnest(v.members) b(member_id)
        CROSS JOIN LATERAL (
          SELECT c.*, w.disclosure_id FROM consent_consent c
            JOIN sessions_app_disclosureversion w ON w.id = c.version_id
           WHERE c.member_id = b.member_id AND c.recipient_id = recipient LIMIT 1) o
       WHERE recipient IS NOT NULL AND coalesce(b.member_id <> ALL(asked.members), true)),
     asked.consents))
   FROM sessions_app_disclosure d
   JOIN sessions_app_groupsession s ON s.id = d.session_id
   JOIN sessions_app_therapygroup g ON g.id = s.group_id AND g.practice_id = house
   CROSS JOIN LATERAL (
     SELECT array_agg(w.id) AS ids, max(w.number) AS newest,
            json_agg(json_build_array(w.id, encode(w.digest, 'hex'),
              (SELECT json_agg(b.member_id) FROM sessions_app_subject b
                WHERE b.version_id = w.id))) AS versions
       FROM sessions_app_disclosureversion w WHERE w.disclosure_id = d.id) written
   CROSS JOIN LATERAL (
     SELECT w.id, ARRAY(SELECT b.member_id FROM sessions_app_subject b
                         WHERE b.version_id = w.id) AS members
       FROM sessions_app_disclosureversion w
      WHERE w.disclosure_id = d.id AND w.number = d.current_version) v
   CROSS JOIN LATERAL (
     SELECT array_agg(c.member_id) AS members, json_agg(json_build_array(
        c.member_id, c.id, c.version_id, c.recipient_id, c.recipient_class_id, c.purposes,
        c.effective, c.expires,
        (SELECT r.kind = 'class' FROM consent_recipient r WHERE r.id = c.recipient_id),
        (SELECT json_build_array(e.seq, encode(e.body, 'hex'), encode(e.prev, 'hex'),
                                 encode(e.hash, 'hex'))
           FROM audit_entry e
          WHERE e.chain = house AND e.object_id = c.id AND e.act IN ({_ACTS})
          ORDER BY e.seq DESC LIMIT 1),
        CASE WHEN happened.unheld
        THEN (SELECT json_build_array(e.seq, encode(e.body, 'hex'), encode(e.prev, 'hex'),
                                      encode(e.hash, 'hex'))
                FROM audit_entry e
               WHERE e.chain = house AND e.object_id = c.id AND e.act IN ({_ANSWERS})
               ORDER BY e.seq DESC LIMIT 1) END,
        happened.events)) AS consents
       FROM consent_consent c
       CROSS JOIN LATERAL (
         SELECT bool_or(x.kind = 'unheld') AS unheld, json_agg(json_build_array(
            x.counter, x.kind, x.at, x.until, x.by_id, x.evidence, x.text_version,
            encode(x.signature_sealed, 'hex'), x.mac_key_id, encode(x.mac, 'hex'))) AS events
           FROM consent_consentevent x WHERE x.consent_id = c.id) happened
      WHERE c.version_id = ANY(written.ids)) asked
  WHERE d.id = ANY(items))
)::text);
END $$
"""  # noqa: S608 - only the constants above

POSTGRES = "SELECT consent_facts(%(items)s::uuid[], %(recipient)s::uuid, %(releaser)s::uuid)"

_SQLITE_NOW = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')"
_SQLITE_ENTRY = "json_array(e.seq, hex(e.body), hex(e.prev), hex(e.hash))"

SQLITE = f"""
SELECT json_array(
  {_SQLITE_NOW},
  (SELECT r.member_id FROM consent_recipient r WHERE r.id = %(recipient)s),
  json((SELECT json_group_array(json_array(
            m.id, m.recipient_class_id, m.since, m.until, m.shown_by_id, m.evidence,
            m.mac_key_id, hex(m.mac), house.id,
            json((SELECT {_SQLITE_ENTRY} FROM audit_entry e
              WHERE e.chain = house.id AND e.object_id = m.id AND e.act IN ({_SHOWINGS})
              ORDER BY e.seq DESC LIMIT 1))))
     FROM consent_classmembership m
    WHERE m.recipient_id = %(recipient)s AND m.since <= {_SQLITE_NOW}
      AND (m.until IS NULL OR m.until > {_SQLITE_NOW}))),
  json((SELECT json_array(p.longest_days, p.cooling_off_hours, p.in_person)
     FROM consent_housepolicy p
    WHERE p.practice_id = house.id
    ORDER BY p.set_at DESC, p.id DESC LIMIT 1)),
  EXISTS (SELECT 1 FROM consent_freeze f
    WHERE (f.practice_id IS NULL OR f.practice_id = house.id)
      AND (SELECT min(count(DISTINCT l.by_id), count(DISTINCT l.role))
             FROM consent_freezelift l WHERE l.freeze_id = f.id) < 2),
  json((SELECT json_group_array(json_array(
     d.id, v.id, d.speaker_id, d.kind, d.record_class, d.state, d.subjects_resolved,
     d.redacted_from_id IS NOT NULL AND d.second_look_at IS NULL,
     (SELECT max(w.number) FROM sessions_app_disclosureversion w
       WHERE w.disclosure_id = d.id) = d.current_version,
     %(releaser)s IS NULL OR (
       EXISTS (SELECT 1 FROM sessions_app_disclosureuserpermission p
                 JOIN auth_permission a ON a.id = p.permission_id
                WHERE p.content_object_id = d.id AND p.user_id = %(releaser)s
                  AND a.codename = 'read_disclosure')
       AND EXISTS (SELECT 1 FROM sessions_app_groupuserpermission p
                     JOIN auth_permission a ON a.id = p.permission_id
                    WHERE p.content_object_id = d.group_id AND p.user_id = %(releaser)s
                      AND a.codename = 'run_group')
       AND EXISTS (SELECT 1 FROM sessions_app_facilitation l
                     JOIN accounts_user u ON u.id = l.user_id
                     JOIN accounts_practice z ON z.id = u.practice_id
                    WHERE l.group_id = d.group_id AND l.user_id = %(releaser)s
                      AND django_datetime_cast_date({_SQLITE_NOW}, z.time_zone, 'UTC')
                          BETWEEN l.since AND coalesce(l.until, '9999-12-31'))),
     %(releaser)s IS NULL OR
       EXISTS (SELECT 1 FROM sessions_app_versionuserpermission p
                 JOIN auth_permission a ON a.id = p.permission_id
                WHERE p.content_object_id = v.id AND p.user_id = %(releaser)s
                  AND a.codename = 'release_version'),
     g.practice_id,
     json((SELECT json_group_array(json_array(w.id, hex(w.digest),
               json((SELECT json_group_array(b.member_id) FROM sessions_app_subject b
                      WHERE b.version_id = w.id))))
        FROM sessions_app_disclosureversion w WHERE w.disclosure_id = d.id)),
     json((SELECT json_group_array(t.member_id) FROM sessions_app_subject b
        JOIN sessions_app_membership t ON t.member_id = b.member_id AND t.group_id = s.group_id
        JOIN sessions_app_agreementsignature n ON n.membership_id = t.id
       WHERE b.version_id = v.id
         AND django_datetime_cast_date(s.starts, house.time_zone, 'UTC')
             BETWEEN t.since AND coalesce(t.until, '9999-12-31'))),
     json((SELECT json_group_array(json_array(b.member_id, c.id, w.disclosure_id, c.version_id,
                                       json(c.purposes), c.effective, c.expires))
        FROM sessions_app_subject b
        JOIN consent_consent c ON c.id = (SELECT o.id FROM consent_consent o
               WHERE o.member_id = b.member_id AND o.recipient_id = %(recipient)s LIMIT 1)
        JOIN sessions_app_disclosureversion w ON w.id = c.version_id
       WHERE b.version_id = v.id
         AND NOT EXISTS (SELECT 1 FROM sessions_app_disclosureversion w
                           JOIN consent_consent c ON c.version_id = w.id
                          WHERE w.disclosure_id = d.id AND c.member_id = b.member_id))),
     json((SELECT json_group_array(json_array(
        c.member_id, c.id, c.version_id, c.recipient_id, c.recipient_class_id, json(c.purposes),
        c.effective, c.expires,
        (SELECT r.kind = 'class' FROM consent_recipient r WHERE r.id = c.recipient_id),
        json((SELECT {_SQLITE_ENTRY} FROM audit_entry e
          WHERE e.chain = g.practice_id AND e.object_id = c.id AND e.act IN ({_ACTS})
          ORDER BY e.seq DESC LIMIT 1)),
        json(CASE WHEN EXISTS (SELECT 1 FROM consent_consentevent x
                           WHERE x.consent_id = c.id AND x.kind = 'unheld')
        THEN (SELECT {_SQLITE_ENTRY} FROM audit_entry e
               WHERE e.chain = g.practice_id AND e.object_id = c.id AND e.act IN ({_ANSWERS})
               ORDER BY e.seq DESC LIMIT 1) END),
        json((SELECT json_group_array(json_array(
            x.counter, x.kind, x.at, x.until, x.by_id, x.evidence, x.text_version,
            hex(x.signature_sealed), x.mac_key_id, hex(x.mac)))
           FROM consent_consentevent x WHERE x.consent_id = c.id))))
        FROM sessions_app_disclosureversion w JOIN consent_consent c ON c.version_id = w.id
       WHERE w.disclosure_id = d.id))))
   FROM sessions_app_disclosure d
   JOIN sessions_app_groupsession s ON s.id = d.session_id
   JOIN sessions_app_therapygroup g ON g.id = s.group_id AND g.practice_id = house.id
   JOIN sessions_app_disclosureversion v
     ON v.disclosure_id = d.id AND v.number = d.current_version
  WHERE d.id IN (SELECT value FROM json_each(%(items)s))))
)
FROM (SELECT 1) LEFT JOIN (
  SELECT h.* FROM sessions_app_disclosure d JOIN sessions_app_therapygroup g ON g.id = d.group_id
    JOIN accounts_practice h ON h.id = g.practice_id
   WHERE d.id = json_extract(%(items)s, '$[0]')) house
"""  # noqa: S608
