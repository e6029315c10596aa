"""What the goods and places of an offer are called, for sentences and reasons."""

from collections.abc import Iterable
from uuid import UUID

from campaigns.offers.ports import label_names
from campaigns.offers.queries.live import load_zone
from campaigns.offers.rules.definition import BuyGet, Definition, Gift, Scope
from campaigns.offers.rules.sentences import sentence_of
from catalog.models import Product, Variant
from catalog.queries.naming import category_names
from customers.models import Label
from stores.models import Store


def say(definition: Definition) -> str:
    """The definition as a sentence, its goods and stores by name."""
    return sentence_of(definition, names=list_names([definition]), zone=load_zone())


def list_names(definitions: Iterable[Definition]) -> dict[str, str]:
    """Names of all that these definitions speak of: by id, category path or `segment:key`. At most five statements."""
    paths: set[str] = set()
    products: set[UUID] = set()
    variants: set[UUID] = set()
    stores: set[UUID] = set()
    segments: set[str] = set()
    for definition in definitions:
        for scope in _scopes(definition):
            paths |= {*scope.categories, *scope.not_categories}
            products |= scope.products | scope.not_products
            variants |= scope.variants
        if isinstance(definition.benefit, Gift):
            variants |= definition.benefit.variants
        stores |= definition.condition.stores
        segments |= set(definition.condition.segments)
    names: dict[str, str] = {}
    if paths:
        names |= category_names()
    if products:
        names |= {str(key): name for key, name in Product.objects.filter(pk__in=products).values_list("id", "name")}
    if variants:
        found = Variant.objects.filter(pk__in=variants).values_list("id", "product__name", "name")
        names |= {str(key): f"{product} {name}".strip() for key, product, name in found}
    if stores:
        names |= {str(key): name for key, name in Store.objects.filter(pk__in=stores).values_list("id", "name")}
    if segments:
        known = label_names.find("segment")
        found_names = known.names_of(segments) if known is not None else {}
        names |= {f"segment:{key}": name for key, name in found_names.items()}
    return names


def list_label_names(kind: str) -> list[tuple[str, str]]:
    """(key, name) of the labels of a kind; where nobody names them, the keys that people have."""
    known = label_names.find(kind)
    if known is not None:
        return list(known.list_names())
    rows = Label.objects.filter(kind=kind, valid_until=None).order_by("key").values_list("key", flat=True).distinct()
    return [(key, key) for key in rows]


def _scopes(definition: Definition) -> list[Scope]:
    benefit = definition.benefit
    extra = benefit.get_scope if isinstance(benefit, BuyGet) else None
    return [definition.scope, *([extra] if extra else [])]
