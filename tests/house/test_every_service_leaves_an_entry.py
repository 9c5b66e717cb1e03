"""Every public service is walked here and leaves an entry. A new one that is missing fails."""

from collections.abc import Callable

from accounts.models import SignIn
from audit.models import Entry
from tests.acts import acts_that_no_filter_offers
from tests.cast import (
    CastTestCase,
)
from tests.house.walked.accounts import AccountsWalked
from tests.house.walked.asking import AskingWalked
from tests.house.walked.emergencies import EmergenciesWalked
from tests.house.walked.ethics import EthicsWalked
from tests.house.walked.grounds import GroundsWalked
from tests.house.walked.groups import GroupsWalked
from tests.house.walked.letting_out import LettingOutWalked
from tests.house.walked.listed import MODULES, WITHOUT_AN_ENTRY_OF_THEIR_OWN, services
from tests.house.walked.scene import Walks
from tests.house.walked.thinking import ThinkingWalked
from tests.http_imports import BELOW_PAGES
from tests.http_imports import HOUSE as TREE


class EveryService(
    ThinkingWalked,
    GroundsWalked,
    AccountsWalked,
    GroupsWalked,
    AskingWalked,
    LettingOutWalked,
    EthicsWalked,
    EmergenciesWalked,
    CastTestCase,
):
    def test_each_leaves_its_entry_and_none_is_missing_here(self):
        walks: Walks = {
            **self.walks_of_thinking(),  # before a freeze
            **self.walks_of_grounds(),  # before Otto's group is closed
            **self.walks_of_accounts(),
            **self.walks_of_ethics(),  # before Ana's group is closed
            **self.walks_of_groups(),
            **self.walks_of_asking(),
            **self.walks_of_emergencies(),
            **self.walks_of_letting_out(),
        }
        for act, walk in walks.values():
            self.leaves(act, walk)
        assert set(services()) == set(walks) | set(WITHOUT_AN_ENTRY_OF_THEIR_OWN)
        assert acts_that_no_filter_offers() == set()

    def leaves(self, act: str, call: Callable[[], object]) -> None:
        SignIn.objects.update(ended_at=None)  # one walk may end the stay another is made in
        before = Entry.objects.filter(act=act).count()
        call()
        assert Entry.objects.filter(act=act).count() > before, f"{act}: nothing was written"


def test_a_service_module_that_nobody_lists_is_noticed():
    there = set()
    for app in BELOW_PAGES:
        folder = TREE / app
        there |= {f"{app}.services"} if (folder / "services.py").exists() else set()
        there |= {
            f"{app}.services.{file.stem}"
            for file in (folder / "services").glob("*.py")
            if file.stem != "__init__"
        }
    inner = {
        "vault.services",
        "consent.services.ledger",
        "consent.services.verdicts",
        "consent.services.judging",
        "sessions_app.services.joining",
    }  # no act of a person: used by those that are
    there |= {"accounts.staffing"}
    assert there - inner == {module.__name__ for module in MODULES}
