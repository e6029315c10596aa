"""Tax and shipping by the tables staff keep in the admin. At most one statement a call, none with a warm copy."""

from collections.abc import Sequence

from carts.ports import Adjustment, CartSnapshot, ShippingOption, Taxable
from carts.providers.rates import find_rate_tables
from carts.rules.shipping import quote_shipping
from carts.rules.tax import quote_tax


class TableTaxes:
    remote = False

    def quote(self, snapshot: CartSnapshot, taxables: Sequence[Taxable]) -> Sequence[Adjustment]:
        return quote_tax(find_rate_tables(snapshot.rates_version).rates, taxables, snapshot.at)


class TableShipping:
    remote = False

    def list_options(self, snapshot: CartSnapshot, items_minor: int) -> Sequence[ShippingOption]:
        if snapshot.destination is None:
            return ()
        weight = sum(line.weight_grams * line.quantity for line in snapshot.shipped_lines)
        return quote_shipping(
            find_rate_tables(snapshot.rates_version).zones,
            destination=snapshot.destination,
            currency=snapshot.currency,
            weight_grams=weight,
            items_minor=items_minor,
        )
