"""The demo brand from nothing: kit, range, places, people, a year of trade and what is open today."""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from demo.people import HEROINE
from demo.places import FIRST_ASSOCIATE, FIRST_PLACE, PLACES, STAFF
from demo.services.goods import load_range, load_stock
from demo.services.journeys import load_journeys, load_newsletter
from demo.services.lives import load_lives
from demo.services.loyalty import load_members, load_points, load_referrals, load_terms
from demo.services.marketing import NEAR_POP_UP, load_audiences, load_consents, load_offers, load_segments
from demo.services.neighbours import load_homes, load_window_shopping
from demo.services.people import CROWD, PASSWORD, load_customers, load_staff
from demo.services.places import load_places, load_taxes_and_parcels
from demo.services.posts import load_posts
from demo.services.showing import load_heroine, load_trackers
from demo.services.trade import DAYS_WITH_STOCK, load_open_carts, load_pickups, load_year
from insights.services.paths import rebuild_paths
from omnichannel.brand.models import BrandKit
from omnichannel.events.models import Delivery
from omnichannel.kernel.context import Context

LOADER = Context(actor="system:demo")


def forget_deliveries() -> None:
    """Nobody reacts to the past: what it led to is loaded with it."""
    Delivery.objects.all().delete()


def take_statistics() -> None:
    """Nothing of this transaction is seen by autovacuum: without these, what reads it is planned as if it were empty."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def is_loaded() -> bool:
    return BrandKit.objects.filter(name="Marram").exists()


def load_demo(*, at: datetime, say: Callable[[str], None], small: bool = False) -> None:
    """Load everything in one transaction: a start that is interrupted leaves nothing half-made.

    small  without the crowd and their year of trade: what the show page needs, in a tenth of the time.
    """
    with transaction.atomic():
        _load_brand()
        load_taxes_and_parcels()
        stores = load_places(by=LOADER, at=at)
        load_staff()
        say("places and people")
        # Prices and stock begin before the year's last days, so that these can take from it.
        begin = at - timedelta(days=DAYS_WITH_STOCK + 1)
        variants = load_range(by=LOADER, at=begin)
        load_stock(stores=stores, variants=variants, by=LOADER, at=begin)
        say(f"{len(variants)} variants in {len(stores)} places")
        load_terms(at=at)
        load_offers(by=LOADER, at=at)
        people = load_customers(by=LOADER, at=at, crowd=0 if small else CROWD)
        say(f"{len(people)} customers")
        load_trackers(by=LOADER, at=at)
        if small:
            load_consents(people=people, at=at)
            load_members(people=people, at=at)
            load_heroine(customer_id=people[0].id, by=LOADER, at=at)
            load_posts(people=people, by=LOADER, at=at)
            forget_deliveries()
            return
        sales = load_year(people=people, stores=stores, variants=variants, by=LOADER, at=at)
        take_statistics()
        say(f"{len(sales)} sales of the last year")
        events = load_lives(sales=sales, stores=stores, at=at)
        say(f"{events} visits, views and orders in the log")
        take_statistics()
        load_consents(people=people, at=at)
        load_homes(people=people, at=at)
        members = load_members(people=people, at=at)
        earned = load_points(members=members, by=LOADER, at=at)
        load_referrals(members=members, by=LOADER, at=at)
        load_heroine(customer_id=people[0].id, by=LOADER, at=at)
        say(f"{len(members)} members, points for {earned} orders")
        take_statistics()
        load_window_shopping(people=members, at=at)
        segments = load_segments(stores=stores, by=LOADER, at=at)
        load_audiences(by=LOADER, at=at)
        load_journeys(people=members, popup_segment=NEAR_POP_UP, by=LOADER, at=at)
        load_newsletter(people=people, segments=segments, by=LOADER, at=at)
        load_posts(people=people, by=LOADER, at=at)
        say("journeys, a newsletter and social posts")
        for _ in rebuild_paths(at=at):
            pass
        say("segments, audiences and paths")
        forget_deliveries()
        load_pickups(people=people, stores=stores, variants=variants, at=at)
        load_open_carts(people=people, stores=stores, variants=variants, at=at)
        say("open carts and pickups")


def lead_links_here() -> None:
    """Links in messages lead to the show page's website, on whichever port this start has. An address set by staff stays."""
    here = f"{settings.SITE_URL or 'http://127.0.0.1:8000'}/demo/web/"
    BrandKit.objects.filter(id=1, storefront_url__regex="^http://[^/]+/demo/web/$").exclude(storefront_url=here).update(
        storefront_url=here
    )


def write_notes(data_dir: Path) -> None:
    """The log-ins, where the supervisor prints them and the show page's clients read them. Only its owner may."""
    first = next(place for place in PLACES if place.code == FIRST_PLACE)
    associate = next(person for person in first.associates if person.number == FIRST_ASSOCIATE)
    notes = {
        "customer": {"name": HEROINE.name, "email": HEROINE.email, "password": PASSWORD},
        "tablet": {"store": first.name, "associate": associate.name, "pin": associate.pin},
        "staff": [{"email": person.email, "role": person.group, "password": PASSWORD} for person in STAFF],
    }
    path = data_dir / "demo.json"
    data_dir.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(notes, file, indent=2, ensure_ascii=False)


def _load_brand() -> None:
    logo = Path(__file__).resolve().parents[2] / "static" / "brand" / "marram.svg"
    BrandKit.objects.update_or_create(
        id=1,
        defaults={
            "name": "Marram",
            "tagline": "Made for the coast",
            "legal_name": "Marram Clothing Co.",
            "postal_address": "12 Harbour Street\nPortland, ME 04101\nUnited States",
            "logo_svg": logo.read_text() if logo.exists() else "",
            "colour": "#0b6480",
            "voice": "Short sentences. Warm, never loud. The sea, the weather and the work, no slogans.",
            "default_currency": "USD",
            "currencies": ["EUR"],
            "time_zone": "America/New_York",
            "sender_name": "Marram",
            "sender_email": "hello@marram.example",
        },
    )
