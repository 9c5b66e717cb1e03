"""What the gate should do, in plain dictionaries: shares no line with the house.

People, readers and reasons are words; items, questions and releases go by the
codes the house gave them. Time is the caller's: seconds since 1970.
"""

from typing import Any

OF_WHICH_IT_IS_PART = {"COC": "TREAT"}
STAFF = frozenset({"fay", "cody"})


class Gate:
    """The ledger of one group, and what follows from it."""

    def __init__(self, signed: set[str]) -> None:
        self.signed = set(signed)
        self.items: dict[str, dict[str, Any]] = {}
        self.questions: dict[str, dict[str, Any]] = {}
        self.consents: dict[tuple[str, str], dict[str, Any]] = {}  # by question and member
        self.releases: dict[str, dict[str, Any]] = {}
        self.emergencies: dict[str, dict[str, Any]] = {}
        self.events = 0
        self.lifted: list[tuple[str, str, int]] = []

    # --- what people do; each says whether it should be done ------------------
    def record(self, code: str, speaker: str, concerned: set[str]) -> None:
        self.items[code] = {
            "speaker": speaker,
            "concerns": {speaker, *concerned},
            "version": 1,
            "asked": False,
            "in_error": False,
            "rights": {"decide": set(), "read": set(), "release": set()},
        }

    def edit(self, code: str, concerned: set[str]) -> bool:
        item = self.items[code]
        if item["in_error"]:
            return False
        if item["asked"] and not item["concerns"] <= {item["speaker"], *concerned}:
            return False
        item["concerns"] = {item["speaker"], *concerned}
        item["version"] += 1
        item["rights"] = {"decide": set(), "read": set(), "release": set()}
        return True

    def void(self, code: str) -> bool:
        item = self.items[code]
        done = not item["in_error"]
        item["in_error"] = True
        item["rights"] = {"decide": set(), "read": set(), "release": set()}
        return done

    def may_ask(self, code: str, reader: str, reason: str, now: float) -> bool:
        item = self.items[code]
        still_open = any(
            (q["item"], q["version"], q["reader"]) == (code, item["version"], reader)
            and q["reason"] == reason
            and q["closes"] > now
            for q in self.questions.values()
        )
        return not item["in_error"] and item["concerns"] <= self.signed and not still_open

    def ask(
        self,
        question: str,
        code: str,
        reader: str,
        reason: str,
        ends: float,
        closes: float,
        now: float,
    ) -> None:
        item = self.items[code]
        self.questions[question] = {
            "item": code,
            "version": item["version"],
            "reader": reader,
            "reason": reason,
            "ends": ends,
            "closes": closes,
        }
        item["asked"] = True
        self._put(question, item["speaker"])
        if self.showable(code, now):
            self._ask_the_others(code, now)
        self._follow(code, now)

    def is_open(self, question: str, member: str, now: float) -> bool:
        asked = self.questions[question]
        item = self.items[asked["item"]]
        return (
            (question, member) in self.consents
            and asked["version"] == item["version"]
            and not item["in_error"]
            and now < min(asked["closes"], asked["ends"])
        )

    def grant(self, question: str, member: str, now: float) -> str:
        """Return `granted`, `stands` or `refused`."""
        if not self.is_open(question, member, now):
            return "refused"
        asked = self.questions[question]
        code = asked["item"]
        if self._last(question, member) == "granted":
            return "stands"
        if member != self.items[code]["speaker"] and not (
            member in self.items[code]["rights"]["read"] and self.showable(code, now)
        ):
            return "refused"
        # A hold stays, whichever question is answered; a no gives way to a yes of its own width.
        if self._stopped(question, member) or any(
            reaches(wide := self.questions[other]["reason"], asked["reason"])
            and (
                self._stopped(other, member)
                or (
                    self._last(other, member) in ("declined", "revoked") and wide != asked["reason"]
                )
            )
            for other in self._beside(question, member)
        ):
            return "refused"
        self._happens(question, member, "granted")
        if member == self.items[code]["speaker"]:
            self._ask_the_others(code, now)
        self._follow(code, now)
        return "granted"

    def say_no(self, question: str, member: str, now: float) -> int:
        """Return how many permissions or questions it ends; the trail tells of each."""
        last, asked = self._last(question, member), self.questions[question]
        also = [
            other
            for other in self._beside(question, member)
            if self._last(other, member) == "granted"
            and reaches(asked["reason"], self.questions[other]["reason"])
        ]
        if last in ("declined", "revoked") and not also:
            return 0
        self._happens(question, member, "declined" if last in ("asked", "declined") else "revoked")
        for other in also:
            self._happens(other, member, "revoked")
        if asked["version"] == self.items[asked["item"]]["version"]:
            self._follow(asked["item"], now)
        return 1 + len(also)

    def hold(self, question: str, member: str, now: float) -> int:
        """Stop what was allowed under pressure; return how many permissions that stops."""
        if self._last(question, member) != "granted":
            return 0
        asked = self.questions[question]
        stopped = [question] + [
            other
            for other in self._beside(question, member)
            if self._last(other, member) == "granted"
            and reaches(asked["reason"], self.questions[other]["reason"])
        ]
        for one in stopped:
            self._happens(one, member, "held")
        if asked["version"] == self.items[asked["item"]]["version"]:
            self._follow(asked["item"], now)
        return len(stopped)

    def ending_with(self, what: str) -> dict[tuple[str, str], Any]:
        return {key: one for key, one in self.consents.items() if self._last(*key) == what}

    def lift(self, question: str, member: str, now: float) -> bool:
        """Give back what stood before the hold, as if it had never been; say whether it can be."""
        asked = self.questions[question]
        item = self.items[asked["item"]]
        if (
            self._last(question, member) != "held"
            or asked["version"] != item["version"]
            or item["in_error"]
            or now >= asked["ends"]
        ):
            return False
        ledger = self.consents[question, member]
        self.lifted += [
            (question, member, place) for place in self._events(question, member, "held")
        ]
        ledger["events"] = [one for one in ledger["events"] if one[1] != "held"]
        self._follow(asked["item"], now)
        return True

    def release(self, release: str, code: str, reader: str, reason: str, now: float) -> None:
        self.releases[release] = {
            "item": code,
            "version": self.items[code]["version"],
            "reader": reader,
            "reason": reason,
            "stands_on": self.covering(code, reader, reason, now),
            "place": self.events,
            "handed_over": False,
        }

    # --- without permission -----------------------------------------------------
    def claim(self, emergency: str, code: str, by: str) -> bool:
        """Somebody wants an item out without permission; say whether that may be looked at."""
        item = self.items[code]
        self.emergencies[emergency] = {
            "item": code,
            "version": item["version"],
            "by": by,
            "agreed": False,
            "over": item["in_error"],
            "release": "",
            "dropped": item["in_error"],  # what was refused at once is over already
            "given": False,
            "reviewed": False,
        }
        return not item["in_error"]

    def may_agree(self, emergency: str, who: str) -> bool:
        one = self.emergencies[emergency]
        waits = not (one["agreed"] or one["over"] or one["release"])
        return waits and who != one["by"] and not self.items[one["item"]]["in_error"]

    def may_go(self, emergency: str) -> bool:
        one = self.emergencies[emergency]
        return one["agreed"] and not one["release"] and self._still(one)

    def may_open(self, emergency: str, who: str) -> bool:
        one = self.emergencies[emergency]
        return bool(one["release"]) and who == one["by"] and self._still(one)

    def reviewing(self, code: str) -> bool:
        """Whether somebody reads what went out of the version in force, in order to review it."""
        item = self.items[code]
        return not item["in_error"] and any(
            one["release"] and not one["reviewed"]
            for one in self.emergencies.values()
            if (one["item"], one["version"]) == (code, item["version"])
        )

    def _still(self, one: dict[str, Any]) -> bool:
        item = self.items[one["item"]]
        return not one["over"] and not item["in_error"] and one["version"] == item["version"]

    # --- what follows -----------------------------------------------------------
    def would_go_out(self, code: str, reader: str, reason: str, now: float) -> bool:
        item = self.items[code]
        covered_by = self.covering(code, reader, reason, now)
        return (
            not item["in_error"]
            and item["concerns"] <= self.signed
            and {member for _, member in covered_by} == item["concerns"]
            and not any(
                self._no_stands(code, member, reader, reason) for member in item["concerns"]
            )
            and (len(item["concerns"]) == 1 or self.showable(code, now))
            and item["rights"]["release"] == STAFF
        )

    def would_open(self, release: str, now: float) -> bool:
        out = self.releases[release]
        scope = out["item"], out["reader"], out["reason"]
        return (
            out["version"] == self.items[out["item"]]["version"]
            and self.would_go_out(*scope, now)
            and out["stands_on"] <= self.covering(*scope, now)
            and not any(
                self._events(*one, "granted")[-1] > out["place"] for one in out["stands_on"]
            )
            and not self._said_no_since(*scope, out["place"])
        )

    def _said_no_since(self, code: str, reader: str, reason: str, place: int) -> bool:
        """Whether a no or a hold that reaches it came later, whatever became of that since."""
        return any(
            later > place
            for question, member in self._about(code)
            if self.questions[question]["reader"] == reader
            and reaches(self.questions[question]["reason"], reason)
            for later in (
                *self._events(question, member, "declined", "revoked", "held"),
                *(at for was, who, at in self.lifted if (was, who) == (question, member)),
            )
        )

    def covering(self, code: str, reader: str, reason: str, now: float) -> set[tuple[str, str]]:
        """The permissions that hold for an item's version, reader and reason at this moment."""
        return {
            (question, member)
            for question, member in self._about(code)
            if self.questions[question]["reader"] == reader
            and reaches(self.questions[question]["reason"], reason)
            and self._holds(question, member, now)
        }

    def showable(self, code: str, now: float) -> bool:
        """The speaker's live yes, to whomever, lets the others see these words."""
        speaker = self.items[code]["speaker"]
        return any(m == speaker and self._holds(q, m, now) for q, m in self._about(code))

    def readers(self, code: str) -> set[str]:
        """Which members read an item, once anybody was asked about it."""
        item = self.items[code]
        if item["in_error"] or not item["asked"]:
            return set()
        return {item["speaker"], *item["rights"]["read"]}

    # --- the ledger ---------------------------------------------------------------
    def _put(self, question: str, member: str) -> None:
        if (question, member) not in self.consents:
            self.consents[question, member] = {"events": []}
            self._happens(question, member, "asked")

    def _happens(self, question: str, member: str, what: str) -> None:
        self.events += 1
        self.consents[question, member]["events"].append((self.events, what))

    def _last(self, question: str, member: str) -> str:
        return self.consents[question, member]["events"][-1][1]

    def _stopped(self, question: str, member: str) -> bool:
        """Whether a hold stands, whatever came after it: lifting takes it out of the ledger."""
        return bool(self._events(question, member, "held"))

    def _holds(self, question: str, member: str, now: float) -> bool:
        return self._last(question, member) == "granted" and now < self.questions[question]["ends"]

    def _about(self, code: str) -> list[tuple[str, str]]:
        """Permissions about the version in force, of those it concerns."""
        item = self.items[code]
        return [
            (question, member)
            for question, member in self.consents
            if self.questions[question]["item"] == code
            and self.questions[question]["version"] == item["version"]
            and member in item["concerns"]
        ]

    def _beside(self, question: str, member: str) -> list[str]:
        """The member's other questions about the same words and reader."""
        same = ("item", "version", "reader")
        this = self.questions[question]
        return [
            other
            for other, who in self.consents
            if who == member
            and other != question
            and all(self.questions[other][key] == this[key] for key in same)
        ]

    def _ask_the_others(self, code: str, now: float) -> None:
        item = self.items[code]
        for question, asked in self.questions.items():
            if (asked["item"], asked["version"]) != (code, item["version"]):
                continue
            if now >= min(asked["closes"], asked["ends"]):
                continue
            if self._last(question, item["speaker"]) in ("declined", "revoked", "held"):
                continue
            for member in item["concerns"] - {item["speaker"]}:
                self._put(question, member)

    def _no_stands(self, code: str, member: str, reader: str, reason: str) -> bool:
        mine = [q for q, m in self._about(code) if m == member]
        for question in (q for q in mine if self.questions[q]["reader"] == reader):
            noes = self._events(question, member, "declined", "revoked")
            refused = self.questions[question]["reason"]
            if self._stopped(question, member) and reaches(refused, reason):
                return True
            if not noes:
                continue
            when = noes[-1]
            if reaches(refused, reason) and not any(
                self.questions[other]["reader"] == reader
                and self.questions[other]["reason"] == refused
                and self._last(other, member) == "granted"
                and self._events(other, member, "granted")[-1] > when
                for other in mine
            ):
                return True
        return False

    def _events(self, question: str, member: str, *kinds: str) -> list[int]:
        """The places of what happened to one consent, in order."""
        events = self.consents[question, member]["events"]
        return [place for place, what in events if what in kinds]

    def _follow(self, code: str, now: float) -> None:
        """Rights are written when something happens, and stay so when time alone goes on."""
        item = self.items[code]
        if item["in_error"]:
            return
        asked = {member for _, member in self._about(code)}
        scopes = {
            (self.questions[q]["reader"], self.questions[q]["reason"]) for q, _ in self._about(code)
        }
        covered = any(
            {member for _, member in self.covering(code, *scope, now)} == item["concerns"]
            for scope in scopes
        )
        item["rights"] = {
            "decide": asked,
            "read": asked - {item["speaker"]} if self.showable(code, now) else set(),
            "release": set(STAFF) if covered else set(),
        }


def reaches(said: str, reason: str) -> bool:
    """A yes or a no to treatment also speaks of coordinating it, and not the other way round."""
    return reason == said or OF_WHICH_IT_IS_PART.get(reason) == said
