"""What a decision is measured against: the least a database can be asked, and nothing more.

Tables as small as they can be: who is concerned, and one row per permission
with its end. No ledger, no versions, no MAC, no trail, no rights. The texts are
pinned: a faster or slower reference would be another figure.
"""

TABLES = """
DROP TABLE IF EXISTS lab_consent;
DROP TABLE IF EXISTS lab_disclosuresubject;
CREATE TABLE lab_disclosuresubject (
  id bigint PRIMARY KEY, disclosure_id bigint NOT NULL, member_id bigint NOT NULL,
  UNIQUE (disclosure_id, member_id));
CREATE TABLE lab_consent (
  id bigint PRIMARY KEY, member_id bigint NOT NULL, disclosure_id bigint NOT NULL,
  recipient_id bigint NOT NULL, purpose varchar(32) NOT NULL, granted_at timestamptz NOT NULL,
  expires_at timestamptz, revoked_at timestamptz);
"""

INDEXES = """
CREATE INDEX ON lab_disclosuresubject (disclosure_id);
CREATE INDEX ON lab_disclosuresubject (member_id);
CREATE INDEX ON lab_consent (member_id);
CREATE INDEX ON lab_consent (disclosure_id);
CREATE INDEX ON lab_consent (recipient_id);
CREATE INDEX consent_live ON lab_consent (recipient_id, purpose, disclosure_id, member_id)
  INCLUDE (expires_at) WHERE revoked_at IS NULL;
"""

DECISION = """SELECT EXISTS (SELECT 1 FROM lab_disclosuresubject WHERE disclosure_id=%s) AND NOT EXISTS (
 SELECT 1 FROM lab_disclosuresubject s WHERE s.disclosure_id=%s AND NOT EXISTS (
  SELECT 1 FROM lab_consent c WHERE c.recipient_id=%s AND c.purpose=%s AND c.disclosure_id=s.disclosure_id
   AND c.member_id=s.member_id AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at>%s)))"""  # noqa: E501
