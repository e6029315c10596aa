"""Staff edit the brand kit, and every reader follows."""

import pytest

from omnichannel.brand.models import BrandKit
from omnichannel.brand.services import save_brand

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Marram", "colour": "#aa3300", "default_currency": "USD", "currencies": "[]", "locale": "en_US", "time_zone": "UTC",
    "sender_email": "hello@example.com", "storefront_url": "https://shop.example/", "tagline": "", "logo_svg": "", "voice": "",
    "sender_name": "", "reply_to": "", "legal_name": "", "postal_address": "", "support_url": "",
}  # fmt: skip


def test_the_kit_is_changed_and_its_version_moves(staff_web):
    before = save_brand(values={"name": "Old", "colour": "#0b6480"})
    answer = staff_web.post("/admin/brand/brandkit/1/change/", FORM)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    kit = BrandKit.objects.get()
    assert (kit.name, kit.colour, kit.version) == ("Marram", "#aa3300", before.version + 1)
    assert staff_web.get("/api/v1/brand").json()["name"] == "Marram"
    assert staff_web.get("/admin/brand/brandkit/").status_code == 200


def test_a_logo_that_could_act_is_refused_beside_the_field(staff_web):
    save_brand(values={"name": "Old"})
    answer = staff_web.post(
        "/admin/brand/brandkit/1/change/", FORM | {"logo_svg": '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'}
    )
    assert answer.status_code == 200 and "without scripts" in answer.content.decode()
    assert BrandKit.objects.get().name == "Old"
