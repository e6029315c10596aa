"""S52, S91: what goes with the purchase, of its season first, in stock, never what they own."""

import pytest

from stores.models import StockLevel
from tests.audiences.tools import audience, deliver, inside, relate
from tests.requirements.world import World, add, check_out, said


@pytest.mark.django_db
def test_s52_s91_related_to_the_purchase_ranked_by_its_season(world: World):
    seasons = {"SWIMSUIT": "Summer", "GLOVES": "Winter", "TOWEL": "", "SUN-HAT": "Summer", "BEACH-BAG": "Summer"}
    for sku, season in seasons.items():
        product = world.sell(sku, 3900).product
        product.attributes = {"Season": season} if season else {}
        product.save()
    relate(world.variants["SWIMSUIT"], *(world.variants[sku] for sku in ("GLOVES", "TOWEL", "SUN-HAT")))
    relate(world.variants["SWIMSUIT"], world.variants["BEACH-BAG"], kind="accessory")
    one = audience("related_to_bought")
    # when she buys the swimsuit and the bag that belongs to it, while no hat is left
    StockLevel.objects.filter(variant=world.variants["SUN-HAT"]).update(on_hand=0)
    for sku in ("SWIMSUIT", "BEACH-BAG"):
        add(world.web, sku)
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(world.web, email="suzie@example.com")
    said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "cash"}), 201)
    deliver()
    assert inside(one, world.suzie) == {"gloves", "towel"}
    # when hats come in
    StockLevel.objects.filter(variant=world.variants["SUN-HAT"]).update(on_hand=5)
    mine = said(world.web.get_json("/me/recommendations"))["items"]
    # then the hat is first, of the swimsuit's season; the bag is hers already
    assert [each["product"]["slug"] for each in mine][:1] == ["sun-hat"]
    assert {each["product"]["slug"] for each in mine} == {"sun-hat", "towel", "gloves"}
    assert {each["because"] for each in mine} == {"Swimsuit"}
    told = said(world.till.get_json(f"/customers/{world.suzie.pk}/recommendations?limit=1"))["items"]
    assert [each["product"]["slug"] for each in told] == ["sun-hat"]
