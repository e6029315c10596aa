"""Codes by the thousand: unique, quickly made, streamed out; refused when nobody could type them."""

import time

import pytest

from campaigns.offers.errors import CodeUnreadable, OfferMissing, TooManyCodes
from campaigns.offers.models import Code
from campaigns.offers.queries.exporting import stream_codes
from campaigns.offers.services.batches import generate_codes
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.offers.world import STAFF, percent, publish

pytestmark = pytest.mark.django_db


def make(count: int, prefix: str = "CARD", **fields):
    offer = fields.pop("offer_id", None) or publish("postcard", percent("15"), by_code=True).pk
    return generate_codes(
        offer_id=offer, name="October postcards", count=count, prefix=prefix, by=STAFF, at=now(), **fields
    )


def test_a_batch_is_unique_readable_and_streamed():
    batch = make(25_000)
    lines = b"".join(stream_codes(batch.pk)).decode().splitlines()
    assert lines[0] == "code,expires_at,max_uses,uses"
    codes = {line.split(",")[0] for line in lines[1:]}
    assert len(lines) == 25_001 and len(codes) == 25_000
    example = Code.objects.filter(batch=batch).first()
    assert example.code.startswith("CARD-") and len(example.code) == len("CARD-12345-12345")
    assert example.lookup == example.code.replace("-", "") and (example.max_uses, example.uses) == (1, 0)
    # every character of the alphabet comes up in every place
    for place in (5, 9, 11, 15):
        assert len({code[place] for code in codes}) == 32


@pytest.mark.parametrize(
    ("count", "prefix", "error"),
    [
        (0, "", TooManyCodes),
        (1_000_001, "", TooManyCodes),
        (5, "ÄÖ", CodeUnreadable),
        (5, "TOO-LONG-A-PREFIX", CodeUnreadable),
    ],
)
def test_bad_wishes_are_refused(count, prefix, error):
    with pytest.raises(error):
        make(count, prefix)
    assert not Code.objects.exists()


def test_codes_of_no_offer():
    with pytest.raises(OfferMissing):
        make(1, offer_id=uuid7())


@pytest.mark.prove
def test_a_million_codes_in_under_a_minute():
    started = time.perf_counter()
    batch = make(1_000_000)
    took = time.perf_counter() - started
    assert Code.objects.filter(batch=batch).count() == 1_000_000
    assert took < 60, took
    assert sum(piece.count(b"\n") for piece in stream_codes(batch.pk)) == 1_000_001
