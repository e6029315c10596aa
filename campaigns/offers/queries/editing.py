"""What the editor and the calendar need to know."""

from datetime import datetime
from typing import Any

from campaigns.offers.models import Offer
from campaigns.offers.queries.naming import list_label_names, list_names
from campaigns.offers.rules.conflicts import Running
from campaigns.offers.rules.reading import read_definition
from catalog.models import Variant
from catalog.queries.naming import category_names
from omnichannel.brand.queries import get_brand
from stores.models import Store

_MOST = 300


def list_choices() -> dict[str, Any]:
    """Categories, stores, segments and tiers to choose from, and three SKUs for a sample cart."""
    samples = Variant.objects.filter(is_active=True, product__status="active", prices__withdrawn_at=None)
    return {
        "currency": get_brand().default_currency,
        "categories": [
            {"value": path, "name": name, "depth": path.count("/")}
            for path, name in list(category_names().items())[:_MOST]
        ],
        "stores": [
            {"value": str(key), "name": name} for key, name in Store.objects.order_by("name").values_list("id", "name")[:_MOST]
        ],
        **{
            f"{kind}s": [{"value": key, "name": name} for key, name in list_label_names(kind)[:_MOST]]
            for kind in ("segment", "tier")
        },
        "groups": sorted(
            {str(draft.get("group") or "") for draft in Offer.objects.values_list("draft", flat=True)} - {""}
        ),
        "samples": list(samples.order_by("product_id", "position").distinct("product_id").values_list("sku", flat=True)[:3]),
    }  # fmt: skip


def names_in(draft: Any) -> dict[str, str]:
    """What a draft's ids and paths are called."""
    definition, _ = read_definition(draft)
    return list_names([definition]) if definition is not None else {}


def list_running(at: datetime) -> list[tuple[Offer, Running]]:
    """Live and paused offers that have not ended, by what counts of them."""
    found = []
    for offer in Offer.objects.select_related("live").filter(status__in=("live", "paused")).order_by("name")[:_MOST]:
        definition, _ = read_definition(offer.live.definition) if offer.live else (None, [])
        if definition is not None and (definition.ends_at is None or definition.ends_at > at):
            found.append((offer, Running(offer.key, offer.name, definition)))
    return found
