"""The start of a feed."""

from dataclasses import replace

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KCSC, KIM, LEE, PARK, TITLE, card

from garim_feed.errors import FeedError
from garim_feed.publish import audit
from garim_feed.publish.ceremony import Ceremony, init
from garim_feed.publish.roles import role
from garim_feed.publish.workspace import Workspace

KEYS = {name: CryptoSigner.generate_ed25519() for name in (KIM, LEE, PARK)}
CARDS = tuple(card(name, signer) for name, signer in KEYS.items())
SETTLED = Ceremony("korea", TITLE, KCSC, CARDS)


def test_what_was_settled_is_in_the_workspace(tmp_path):
    with init(tmp_path / "feed", replace(SETTLED, threshold=3, days={"revoke": 10})) as made:
        assert made.feed == "korea"
        for name in ("root", "targets", "kcsc"):
            assert role(made, name).threshold == 3
        assert role(made, "kcsc-revoke").days == 10
        (first,) = audit.records(made)
        assert (first.action, first.detail["people"]) == ("init", "Kim, Lee, Park")
    with Workspace.open(tmp_path / "feed") as opened:
        assert opened.feed == "korea"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"feed": "No Slug"}, "cannot be a feed's name"),
        ({"people": CARDS[:1]}, "1 people for 2 signatures"),
        ({"people": ()}, "0 people for 2 signatures"),
        ({"people": (*CARDS, card("kim", CryptoSigner.generate_ed25519()))}, "called"),
        ({"people": (*CARDS, card("Choi", KEYS[KIM]))}, "is or was Kim's"),
        ({"days": {"policy": 5}}, "no role policy"),
        ({"days": {"root": 0}}, "1 to 3650 days"),
    ],
)
def test_a_ceremony_that_fails_leaves_nothing(tmp_path, changed, said):
    with pytest.raises(FeedError, match=said):
        init(tmp_path / "feed", replace(SETTLED, **changed))
    assert not (tmp_path / "feed").exists()


def test_a_folder_in_use_is_not_taken_and_not_deleted(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(FeedError, match="empty folder"):
        init(tmp_path, SETTLED)
    assert (tmp_path / "file").exists()
