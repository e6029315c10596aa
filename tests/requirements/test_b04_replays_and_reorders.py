"""B4 (the cart's part): every write takes an Idempotency-Key and If-Match; fuzzed with replays and reorders."""

import random

import pytest

from tests.carts.world import make_person, make_shop


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_writes_replayed_and_reordered_count_once(seed: int):
    # given ten adds with keys of their own
    shop = make_shop()
    for number in range(4):
        shop.sell(f"S{number}", 1000)
    person, chance = make_person(), random.Random(seed)
    writes = [
        (f"key-{number}", {"sku": f"S{chance.randrange(4)}", "quantity": chance.randint(1, 5)}) for number in range(10)
    ]
    # when each is sent up to three times, in any order
    sent = [write for write in writes for _ in range(chance.randint(1, 3))]
    chance.shuffle(sent)
    answers: dict[str, bytes] = {}
    for key, body in sent:
        answer = person.api.post("/cart/lines", body, **{"Idempotency-Key": key})
        assert answer.status_code == 200
        # a replay is the first answer, to the byte
        assert answers.setdefault(key, answer.content) == answer.content
    # then each counts once
    wanted: dict[str, int] = {}
    for _, body in writes:
        wanted[body["sku"]] = wanted.get(body["sku"], 0) + body["quantity"]
    cart = person.api.get("/cart").json()
    assert {line["sku"]: line["quantity"] for line in cart["lines"]} == wanted
    assert cart["version"] == 10
    # and one on an old version does not count at all
    assert (
        person.api.post("/cart/lines", {"sku": "S0"}, **{"If-Match": '"3"', "Idempotency-Key": "late"}).status_code
        == 412
    )
    assert person.api.get("/cart").json()["version"] == 10
