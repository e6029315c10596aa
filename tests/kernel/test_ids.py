"""Ids sort by time, codes survive being read aloud, secrets are kept as hashes or sealed."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import (
    READABLE_ALPHABET,
    new_token,
    normalize_code,
    readable_code,
    token_hash,
    uuid7,
    uuid7_floor,
    uuid7_time,
)
from omnichannel.kernel.registry import Registry
from omnichannel.kernel.secrets import decrypt, encrypt

MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, MOMENTS)
def test_ids_sort_by_the_moment_they_were_made(first, second):
    # moments apart by a millisecond or more
    if abs(first - second) >= timedelta(milliseconds=1):
        assert (uuid7(first) < uuid7(second)) == (first < second)
    assert uuid7_floor(first) <= uuid7(first)
    assert timedelta() <= first - uuid7_time(uuid7(first)) < timedelta(milliseconds=1)


def test_an_id_is_a_uuid_of_version_7_and_each_sorts_after_the_one_before():
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert abs(uuid7_time(made[-1]) - now()) < timedelta(seconds=1)
    assert {value.version for value in made} == {7}
    assert {value.variant for value in made} == {"specified in RFC 4122"}


@given(st.text(alphabet=READABLE_ALPHABET, min_size=1, max_size=12))
def test_a_code_is_understood_however_it_is_typed(code):
    typed = "-".join([code[:4].lower(), code[4:]]).replace("0", "o").replace("1", "l")
    assert normalize_code(f" {typed} ") == code


def test_codes_have_no_letters_people_confuse():
    assert not set("ILOU") & set(READABLE_ALPHABET)
    assert len({readable_code(8) for _ in range(1_000)}) == 1_000


def test_a_token_is_kept_as_its_hash():
    token = new_token()
    assert len(token) == 43 and token_hash(token) == token_hash(token) and token not in token_hash(token)


def test_a_secret_is_sealed_and_opened_with_any_of_the_keys(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    sealed = encrypt("whsec_x")
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert "whsec_x" not in sealed and decrypt(sealed) == "whsec_x"
    settings.ENCRYPTION_KEYS = ["new"]
    with pytest.raises(InvalidToken):
        decrypt(sealed)


def test_providers_are_asked_in_order_and_names_are_taken_once():
    registry: Registry[str] = Registry("port")
    registry.register("b", "B", order=2)
    registry.register("c", "C", order=1)
    registry.register("a", "A", order=2)
    registry.register("a", "A", order=2)
    assert (registry.names(), list(registry), registry.get("b"), registry.find("x")) == (
        ["c", "a", "b"],
        ["C", "A", "B"],
        "B",
        None,
    )
    with pytest.raises(ValueError, match="already"):
        registry.register("a", "another")
    with pytest.raises(KeyError):
        registry.get("x")


def test_the_clock_is_aware_and_in_utc():
    assert now().utcoffset() == timedelta()
