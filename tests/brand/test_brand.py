"""One brand kit, read by everyone and checked before it is printed into pages."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from omnichannel.brand.errors import LogoUnsafe
from omnichannel.brand.models import BrandKit
from omnichannel.brand.queries import get_brand
from omnichannel.brand.services import save_brand

pytestmark = pytest.mark.django_db

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z" fill="url(#a)"/></svg>'


@pytest.fixture
def brand() -> BrandKit:
    return save_brand(
        values={
            "name": "Marram",
            "colour": "#0b6480",
            "default_currency": "EUR",
            "currencies": ["USD", "EUR"],
            "logo_svg": LOGO,
        }
    )


def test_everyone_reads_the_brand_in_one_statement(brand, client, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/api/v1/brand")
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("name", "colour", "default_currency", "currencies")} == {
        "name": "Marram",
        "colour": "#0b6480",
        "default_currency": "EUR",
        "currencies": ["EUR", "USD"],
    }
    assert "sender_email" not in answer.json()


def test_who_has_it_already_gets_no_body_until_it_changes(brand, client):
    # given a client with the brand
    tag = client.get("/api/v1/brand")["ETag"]
    again = client.get("/api/v1/brand", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", "public, max-age=60")
    # when the brand changes
    changed = save_brand(values={"colour": "#aa3300"})
    # then it gets the new one
    answer = client.get("/api/v1/brand", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.json()["colour"], changed.version) == (200, "#aa3300", brand.version + 1)


def test_the_colour_is_a_style_sheet(brand, client):
    answer = client.get("/api/v1/brand.css")
    assert (answer.content, answer["Content-Type"]) == (b":root { --brand: #0b6480; }\n", "text/css; charset=utf-8")
    assert client.get("/api/v1/brand.css", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_without_a_brand_there_is_the_built_in_one(client):
    assert client.get("/api/v1/brand").json()["name"] == "Omnichannel"
    assert get_brand().pk == 1 and BrandKit.objects.count() == 0


@pytest.mark.parametrize("colour", ["red", "#12345", "#0b6480; } body { display: none"])
def test_a_colour_that_is_none_is_refused_by_service_and_database(brand, colour):
    with pytest.raises(ValidationError):
        save_brand(values={"colour": colour})
    if len(colour) <= 7:
        with pytest.raises(IntegrityError), transaction.atomic():
            BrandKit.objects.update(colour=colour)


@pytest.mark.parametrize(
    "logo",
    [
        "<svg",
        "<html/>",
        '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<svg xmlns="http://www.w3.org/2000/svg"><foreignObject/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><use href="https://evil.example/x.svg#a"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><path fill="url(https://evil.example/)"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg"><path style="background:url( \'//evil.example\')"/></svg>',
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
    ],
)
def test_a_logo_that_could_act_is_refused(logo):
    with pytest.raises(LogoUnsafe):
        save_brand(values={"name": "Marram", "logo_svg": logo})
    assert BrandKit.objects.count() == 0
