"""What people do in a race: each move, and how often it is drawn.

To let another way out take part: write a function that takes (race, item,
random), returns what the call gave, and add it to MOVES.
"""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from accounts.services import StepUpScope
from audit.clock import database_now
from audit.trail import Actor
from consent.models import Consent, HandOver, Recipient, Release, ReviewOutcome
from consent.rules.claims import ClaimWords
from consent.rules.overrides import Basis, Fact
from consent.services import deciding, links, overriding, release, reviewing
from sessions_app.guarding import Guard
from sessions_app.models import DisclosureVersion
from sessions_app.services.items import edit_item
from tests.cast import CastMember, proven
from tests.drills.race_house import BRIEF, SOON, facts_too_early
from tests.drills.race_track import FIRST_WORDS, HotItem, ReceiptAgain, Track

Outcome = ReviewOutcome.Outcome
WORDS = "I wrote letter {} to my brother and sent it."


def allow(race: Track, item: HotItem, _: random.Random) -> None:
    """Everybody an item concerns allows it, the speaker first."""
    _everybody_allows(race, item, race.cast.clinic)


def allow_briefly(race: Track, item: HotItem, _: random.Random) -> None:
    """The same for another reader, and it ends in a moment."""
    if time.monotonic() > item.brief_until:
        item.brief_until = time.monotonic() + SOON.total_seconds()
        _everybody_allows(race, item, race.cast.insurer, brief=True)


def take_back(race: Track, item: HotItem, dice: random.Random) -> None:
    def latest_yes() -> Any:
        given = Consent.objects.filter(
            version__disclosure=item.id,
            events__kind="granted",
            recipient=reader,
            member=who.member,
        )
        return deciding.revoke_consent(by=who.actor, code=given.latest("pk").code)

    reader = _reader(race, item)
    concerned = set(_version(item).subjects.values_list("member_id", flat=True))
    who = dice.choice([one for one in race.members if one.member.pk in concerned])
    race.call("revoke", item, latest_yes, reader=reader, member=who)


def add_or_remove_subject(race: Track, item: HotItem, dice: random.Random) -> None:
    version = _version(item)
    concerned = set(version.subjects.values_list("member_id", flat=True))
    other = dice.choice([one for one in race.members if one is not item.speaker])
    _edit(race, item, version, concerned ^ {other.member.pk})


def edit(race: Track, item: HotItem, _: random.Random) -> None:
    version = _version(item)
    _edit(race, item, version, set(version.subjects.values_list("member_id", flat=True)))


def let_out(race: Track, item: HotItem, _: random.Random) -> None:
    by, reader = race.cast.fay, _reader(race, item)
    scope = StepUpScope(release.RELEASE, item.id, _version(item).pk, reader.pk, "TREAT")
    step_up = proven(by, scope)
    race.early.facts = None if race.protected else facts_too_early(item, reader, by)
    made = race.call(
        "release",
        item,
        lambda: release.release_item(
            by=by,
            code=item.code,
            recipient=reader,
            purpose="TREAT",
            step_up_id=step_up,
            once=uuid4(),
        ),
        reader=reader,
    )
    if made:
        item.released.append((made.code, reader))


def open_again(race: Track, item: HotItem, dice: random.Random) -> None:
    if not item.released:
        return
    code, reader = dice.choice(item.released[-3:])
    race.early.facts = None if race.protected else facts_too_early(item, reader, race.cast.fay)
    race.call(
        "open", item, lambda: release.open_release(by=race.cast.fay, code=code), reader=reader
    )


def open_by_link(race: Track, item: HotItem, dice: random.Random) -> None:
    """The recipient opens a link with its passcode; a link that is used up gives way to another."""
    if not item.released:
        return
    code, reader = item.released[-1]
    if not item.links or dice.random() < 0.3:
        own = Release.objects.get(code=code)
        step_up = proven(race.cast.fay, links.link_scope(own))
        race.early.facts = None if race.protected else facts_too_early(item, reader, race.cast.fay)
        made = race.call(
            "make link",
            item,
            lambda: links.make_link(
                by=race.cast.fay,
                code=code,
                hours=24,
                openings=3,
                step_up_id=step_up,
                once=uuid4(),
            ),
            reader=reader,
        )
        if made:
            item.links.append((made, reader))
    if item.links:
        made, reader = item.links[-1]
        race.early.facts = None if race.protected else facts_too_early(item, reader, race.cast.fay)
        race.call(
            "open link",
            item,
            lambda: links.open_link(
                code=made.link.code, secret=made.secret, passcode=made.passcode
            ),
            reader=reader,
        )


def claim_an_emergency(race: Track, item: HotItem, dice: random.Random) -> None:
    """Fay wants it to reach the crisis team: with a second person, or alone."""
    version, urgent = _version(item), dice.random() < 0.3
    text = FIRST_WORDS if version.number == 1 else WORDS.format(version.number)
    words = ClaimWords(
        what="She says that she will die tonight.",
        no_consent="She does not answer.",
        can_prevent="They are ten minutes away.",
        alone="She is on her way home." if urgent else "",
        passages=(text,),
    )
    concerned = [one.member_id for one in version.subjects.all()]
    made = race.call(
        "claim",
        item,
        lambda: overriding.request_override(
            by=race.cast.fay,
            codes=[item.code],
            basis=Basis.THREAT,
            recipient=race.crisis,
            words=words,
            said={Fact.SERIOUS, Fact.IMMINENT, Fact.MINIMUM},
            involved=concerned,
            text=text,
            once=uuid4(),
            guard=Guard(()),  # nothing is about names here, and nobody is opened in between
            urgent=urgent,
        ),
    )
    if made:
        item.emergencies.append(made)


def agree_to_it(race: Track, item: HotItem, dice: random.Random) -> None:
    """Cody or Sue is the second person; Fay tries to be hers."""
    for one in item.emergencies[-2:]:
        by = dice.choice([race.cast.cody, race.cast.cody, race.cast.sue, race.cast.fay])
        proof = proven(by, overriding.approve_scope(one))
        race.call(
            "agree",
            item,
            partial(overriding.approve_override, by=by, code=one.code, step_up_id=proof),
            reader=one,
        )


def let_out_without_permission(race: Track, item: HotItem, dice: random.Random) -> None:
    if not item.emergencies:
        claim_an_emergency(race, item, dice)
        agree_to_it(race, item, dice)
    for one in item.emergencies[-1:]:
        proof = proven(race.cast.fay, overriding.override_scope(one))
        race.call(
            "emergency",
            item,
            partial(
                overriding.release_override,
                by=race.cast.fay,
                code=one.code,
                step_up_id=proof,
                once=uuid4(),
            ),
            reader=one,
        )


def open_without_permission(race: Track, item: HotItem, dice: random.Random) -> None:
    """It is opened as often as one likes, and given to its recipient once."""
    for one in item.emergencies[-2:]:
        if out := Release.objects.filter(items__override=one).first():
            act: Any = _hand_over if dice.random() < 0.2 else release.open_release
            race.call(
                "open emergency",
                item,
                partial(act, by=race.cast.fay, code=out.code),
                reader=one,
            )


def _hand_over(*, by: Actor, code: str) -> HandOver:
    """Hand over; whoever did already gets their receipt again (twice is once), and nothing goes."""
    called_at = database_now()
    handed = release.hand_over(by=by, code=code)
    if handed.at < called_at:
        raise ReceiptAgain
    return handed


def let_it_go(race: Track, item: HotItem, dice: random.Random) -> None:
    """Fay lets it go; or Sue reviews it, and finds it justified or not."""
    for one in item.emergencies[-1:]:
        move, act = "drop", partial(overriding.drop_override, by=race.cast.fay)
        if dice.random() < 0.5:
            outcome = dice.choice([Outcome.UPHELD, Outcome.NOT_JUSTIFIED])
            found = {"outcome": outcome, "words": "She was reachable."}
            move, act = "review", partial(_read_and_review, by=race.cast.sue, **found)
        race.call(move, item, partial(act, code=one.code), reader=one)
        if dice.random() < 0.5:  # else somebody opens it all the same
            with suppress(ValueError):  # another thread was quicker
                item.emergencies.remove(one)


def _read_and_review(*, by: Actor, code: str, **found: Any) -> ReviewOutcome:
    reviewing.open_review(by=by, code=code)
    return reviewing.close_review(by=by, code=code, **found)


MOVES: dict[str, tuple[Callable[[Track, HotItem, random.Random], None], int]] = {
    "allow": (allow, 26),
    "allow briefly": (allow_briefly, 4),
    "take back": (take_back, 14),
    "add or remove a subject": (add_or_remove_subject, 2),
    "edit": (edit, 2),
    "release": (let_out, 36),
    "open": (open_again, 12),
    "open by link": (open_by_link, 12),
    "claim an emergency": (claim_an_emergency, 2),
    "agree to it": (agree_to_it, 3),
    "let it out without permission": (let_out_without_permission, 7),
    "open it without permission": (open_without_permission, 7),
    "let it go": (let_it_go, 3),
}


def _everybody_allows(
    race: Track, item: HotItem, reader: Recipient, *, brief: bool = False
) -> None:
    version = _version(item)
    subjects = set(version.subjects.values_list("member_id", flat=True))
    for who in sorted(race.members, key=lambda one: one is not item.speaker):
        if who.member.pk not in subjects:
            continue
        consent = _question(version, reader, who)
        if consent is None and who is item.speaker:
            race.call("ask", item, lambda: _ask(race, item, reader, brief=brief))
            consent = _question(version, reader, who)
        if consent is None:
            return
        last = consent.events.latest("counter")
        if last.kind != "granted" or last.until <= datetime.now(UTC):
            race.call(
                "grant", item, lambda c=consent, w=who: _grant(c, w), reader=reader, member=who
            )


def _ask(race: Track, item: HotItem, reader: Recipient, *, brief: bool) -> Any:
    BRIEF.on = brief
    try:
        return race.cast.asked(item, reader)
    finally:
        BRIEF.on = False


def _grant(consent: Consent, who: CastMember) -> Any:
    step_up = proven(who.actor, deciding.grant_scope(consent))
    return deciding.grant_consent(
        by=who.actor, code=consent.code, signature=who.name, step_up_id=step_up
    )


def _edit(race: Track, item: HotItem, version: DisclosureVersion, concerned: set[UUID]) -> None:
    race.call(
        "edit",
        item,
        lambda: edit_item(
            by=race.cast.cody,
            code=item.code,
            seen_version=version.number,
            concerned=concerned,
            text=WORDS.format(version.number + 1),
            guard=race.guard,
        ),
    )


def _reader(race: Track, item: HotItem) -> Recipient:
    brief = time.monotonic() < item.brief_until + 0.2
    return race.cast.insurer if brief else race.cast.clinic


def _version(item: HotItem) -> DisclosureVersion:
    return DisclosureVersion.objects.filter(disclosure=item.id).latest("number")


def _question(version: DisclosureVersion, reader: Recipient, who: CastMember) -> Consent | None:
    return (
        Consent.objects.filter(
            version=version,
            recipient=reader,
            member=who.member,
            events__isnull=False,
            request__answer_by__gt=datetime.now(UTC),
        )
        .order_by("-pk")
        .first()
    )
