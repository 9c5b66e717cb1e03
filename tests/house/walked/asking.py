"""Recipients, questions, answers, and what a member asks for themselves."""

from uuid import uuid4

from consent import queries as consents
from consent.models import Consent, Recipient
from consent.services import (
    asking,
    deciding,
    exporting,
    privacy,
    recipients,
    showing,
    together,
)
from sessions_app.services import (
    items,
)
from tests.cast import (
    proven,
)
from tests.house.walked.scene import OnOneScene, Walks


class AskingWalked(OnOneScene):
    def walks_of_asking(self) -> Walks:
        return {
            "create_recipient": (
                "recipient.added",
                lambda: recipients.create_recipient(
                    by=self.adam,
                    name="Dr New",
                    address="",
                    once=uuid4(),
                ),
            ),
            "show_class_member": ("class.shown", self.a_recipient_belongs),
            "end_class_membership": (
                "class.ended",
                lambda: recipients.end_class_membership(
                    by=self.adam, code=self.providers.code, recipient=self.clinic.code
                ),
            ),
            "ask_consent": ("consent.asked", lambda: self.asked(self.said("Ask me."))),
            "grant_consent": ("consent.granted", lambda: self.grants(self.ana, self.request)),
            "decline_consent": (
                "consent.declined",
                lambda: deciding.decline_consent(by=self.ana.actor, code=self.to_decline.code),
            ),
            "show_words": (
                "question.opened",
                lambda: showing.show_words(by=self.ana.actor, consent=self.consent),
            ),
            "grant_together": ("consent.granted", self.two_are_allowed_together),
            "show_together": ("copy.opened", lambda: self.a_copy_is_shown(self.consent)),
            "show_change": ("question.opened", self.changed_words_are_shown),
            "export_own": (
                "data.exported",
                lambda: exporting.export_own(
                    by=self.ana.actor,
                    step_up_id=proven(self.ana.actor, exporting.export_scope(self.ana.actor)),
                    consents=list(consents.own_consents(self.ana.actor)),
                    also=[],
                ),
            ),
            "ask_privacy": ("privacy.asked", self.something_is_asked_about_oneself),
            "answer_privacy": (
                "privacy.answered",
                lambda: privacy.answer_privacy(
                    by=self.sue, code=self.wish.code, text="It is put right.", agrees=True
                ),
            ),
        }

    def two_are_allowed_together(self) -> None:
        request = asking.ask_consent(
            by=self.fay,
            codes=[self.said("One.").code, self.said("Two.").code],
            recipient=self.insurer,
            purposes=["COC"],
            expires_on=self.today,
            answer_by=self.today,
            once=uuid4(),
        )
        both = list(Consent.objects.filter(request=request).order_by("code"))
        together.grant_together(
            by=self.ana.actor,
            codes=[one.code for one in both],
            signature=self.ana.name,
            step_up_id=proven(self.ana.actor, together.together_scope(both)),
        )

    def a_copy_is_shown(self, consent: Consent) -> None:
        showing.show_together(
            by=self.ana.actor,
            consents=[consents.own_consent(self.ana.actor, consent.code)],
            act="copy.opened",
            object_id=consent.pk,
            code=consent.code,
        )

    def changed_words_are_shown(self) -> None:
        item = self.said("Before.")
        before = self.consent_of(self.ana, self.asked(item, self.insurer))
        items.edit_item(
            by=self.fay,
            code=item.code,
            text="Now.",
            concerned=[self.ana.member.pk],
            seen_version=1,
            guard=self.guard(),
        )
        now = self.consent_of(self.ana, self.asked(item, self.insurer))
        showing.show_change(by=self.ana.actor, before=before, now=now)

    def something_is_asked_about_oneself(self) -> None:
        self.wish = privacy.ask_privacy(
            by=self.ana.actor, kind="correct", text="It was in spring.", once=uuid4()
        )

    def a_recipient_belongs(self) -> None:
        self.providers = recipients.create_recipient(
            by=self.adam, name="Providers", address="", once=uuid4(), kind=Recipient.Kind.CLASS
        )
        recipients.show_class_member(
            by=self.adam, code=self.providers.code, recipient=self.clinic.code
        )
