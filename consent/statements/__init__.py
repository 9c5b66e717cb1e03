"""The one statement that reads the facts of a decision, for each database.

Both return rows of one JSON text each: first what is asked and what the house
says of itself, then the items, listed as `consent.facts` unpacks them:

    first    [instant, asker, classes, policy, frozen]
    class    [showing, class, since, until, shown by, evidence, key id, mac, practice, last entry]:
              what is said to be in force, believed or not (consent/belonging.py)
    policy   [longest days, cooling-off hours, in person], or null
    item     [disclosure, speaker, kind, record class, state, subjects resolved,
              unchecked redaction, originated by the releaser, current number, practice, versions]
    version  [version, number, digest, releasable by the releaser, subjects, consents]
    subject  [member, signed, elsewhere, standing, last entry]: whether their stint on the
              session's day has a signature under the agreement in force (one that is over: under
              any), one consent to the same recipient about whatever item, for those without one
              about this version, and who signs. What an older version concerned has the
              member alone
    standing [number, member's account, signs, of age, died, representatives, recorded by, at,
              key id, mac], and the trail's last word on it (consent/standings.py)
    elsewhere [consent, disclosure, version, purposes, effective, expires]
    consent  [member, consent, recipient, class, purposes, effective, expires,
              recipient is a class, last entry, last answer's entry, events]; whether it is a class
              is told where no recipient is asked about
    entry    [seq, hash | prev | body, is about a hold]; the second if the first is
    event    [counter, kind, at, until, evidence], and of one that permits
              [.., by, text version, signature, key id, mac]
"""

from consent.statements.postgres import FUNCTION as POSTGRES_FUNCTION
from consent.statements.postgres import STATEMENT as POSTGRES
from consent.statements.sqlite import STATEMENT as SQLITE

__all__ = ["POSTGRES", "POSTGRES_FUNCTION", "SQLITE"]
