"""Orders from the file that Shopify's “Export orders” writes: the first row of an order carries its money, each row a line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from catalog.models import Variant
from customers.models import Customer
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from omnichannel.kernel.money import split_by_weight
from omnichannel.transfer.ports import Applied, Batch, Column, Row, RowRefused
from orders.services.recording import RecordedLine, RecordOrder, record_orders
from stores.models import Store

SOURCE = "shopify"
_CHANNELS = {
    "pos": Channel.POS,
    "web": Channel.WEB,
    "android": Channel.POS,
    "iphone": Channel.POS,
    "shopify_draft_order": Channel.PHONE,
}


class ShopifyOrdersImporter:
    kind, title = "shopify_orders", "Orders, as Shopify exports them"
    columns: Sequence[Column] = (
        Column("Name", required=True),
        Column("Id"),
        Column("Email"),
        Column("Phone"),
        Column("Financial Status"),
        Column("Currency"),
        Column("Subtotal"),
        Column("Shipping"),
        Column("Taxes"),
        Column("Total"),
        Column("Discount Code"),
        Column("Discount Amount"),
        Column("Created at", required=True),
        Column("Cancelled at"),
        Column("Lineitem quantity", required=True),
        Column("Lineitem name", required=True),
        Column("Lineitem price", required=True),
        Column("Lineitem sku"),
        Column("Lineitem discount"),
        Column("Billing Name"),
        Column("Shipping Name"),
        Column("Shipping Address1"),
        Column("Shipping Address2"),
        Column("Shipping City"),
        Column("Shipping Province"),
        Column("Shipping Zip"),
        Column("Shipping Country"),
        Column("Payment Method"),
        Column("Location"),
        Column("Source"),
        Column("Notes"),
        Column("Refunded Amount"),
    )
    batch_rows = 1_000
    group_by = "Name"
    ignore_unknown = True

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied:
        groups = list(batch.groups())
        known = _Known(groups)
        commands: list[RecordOrder] = []
        for group in groups:
            try:
                commands.append(_read_order(group, known))
            except RowRefused as refused:
                for row in group:
                    batch.refuse(row.number, refused.code, refused.title, refused.column)
        recorded = record_orders(commands=commands, by=by, at=at, announce=False)
        created = sum(each.is_new for each in recorded)
        return Applied(created=created, unchanged=len(recorded) - created)


class _Known:
    """What the batch's rows refer to, read in three statements."""

    def __init__(self, groups: Sequence[Sequence[Row]]) -> None:
        skus = {row.text("Lineitem sku") for group in groups for row in group}
        emails = {group[0].text("Email").lower() for group in groups} - {""}
        places = {group[0].text("Location") for group in groups} - {""}
        self.variants: Mapping[str, UUID] = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "id"))
        self.customers: Mapping[str, UUID] = dict(
            Customer.objects.filter(email__in=emails, merged_into=None)
            .order_by("email_verified_at", "created_at")
            .values_list("email", "id")
        )
        self.stores: Mapping[str, UUID] = dict(Store.objects.filter(name__in=places).values_list("name", "id"))


def _read_order(group: Sequence[Row], known: _Known) -> RecordOrder:
    """Shopify's order discount is spread over the lines; a cancelled or unpaid order is no sale."""
    head = group[0]
    if head.text("Cancelled at"):
        raise RowRefused("order_cancelled", "This order was cancelled; it is no sale.", "Cancelled at")
    paid = head.text("Financial Status").lower()
    if paid and paid not in ("paid", "partially_refunded", "refunded", "partially_paid"):
        raise RowRefused("order_unpaid", "This order was not paid; it is no sale.", "Financial Status")
    placed_at = head.moment("Created at")
    if placed_at is None:
        raise RowRefused("value_missing", "Created at must be given.", "Created at")
    currency = (head.text("Currency") or "USD").upper()
    lines = [_read_line(row, currency, known) for row in group]
    discount = (head.money("Discount Amount", currency) or 0) + sum(
        row.money("Lineitem discount", currency) or 0 for row in group
    )
    worth = [line.unit_price_minor * line.quantity for line in lines]
    taxes = head.money("Taxes", currency) or 0
    code = head.text("Discount Code", longest=60)
    shares = zip(lines, split_by_weight(-min(discount, sum(worth)), worth), split_by_weight(taxes, worth), strict=True)
    total = head.money("Total", currency)
    told = [
        RecordedLine(
            sku=line.sku, name=line.name, quantity=line.quantity, unit_price_minor=line.unit_price_minor, variant_id=line.variant_id,
            discount_minor=off, discount_label=code or "Discount", discount_code=code, tax_minor=tax,
        )
        for line, off, tax in shares
    ]  # fmt: skip
    shipping = head.money("Shipping", currency) or 0
    email = head.text("Email", longest=254).lower()
    return RecordOrder(
        source=SOURCE,
        external_id=head.text("Id") or head.text("Name", longest=120, required=True),
        placed_at=placed_at,
        currency=currency,
        lines=told,
        total_minor=sum(line.total_minor for line in told) + shipping if total is None else total,
        channel=_CHANNELS.get(head.text("Source").lower(), Channel.WEB),
        shipping_minor=shipping,
        customer_id=known.customers.get(email),
        email=email,
        phone=head.text("Phone").lstrip("'")[:20],
        store_id=known.stores.get(head.text("Location")),
        payment_method=head.text("Payment Method")[:60],
        ship_to=_address(head),
        note=head.text("Notes")[:500],
        takes_stock=False,
    )


def _read_line(row: Row, currency: str, known: _Known) -> RecordedLine:
    quantity = row.integer("Lineitem quantity", lowest=1)
    price = row.money("Lineitem price", currency)
    if quantity is None or price is None:
        raise RowRefused("value_missing", "A line needs its quantity and price.", "Lineitem quantity")
    sku = row.text("Lineitem sku", longest=80)
    return RecordedLine(
        sku=sku,
        name=row.text("Lineitem name", required=True)[:300],
        quantity=quantity,
        unit_price_minor=price,
        variant_id=known.variants.get(sku),
    )


def _address(row: Row) -> dict[str, str] | None:
    line1 = row.text("Shipping Address1")
    if not line1:
        return None
    return {
        "name": row.text("Shipping Name")[:200],
        "line1": line1[:200],
        "line2": row.text("Shipping Address2")[:200],
        "city": row.text("Shipping City")[:100],
        "region": row.text("Shipping Province")[:100],
        "postal_code": row.text("Shipping Zip").lstrip("'")[:20],
        "country": row.text("Shipping Country")[:2].upper(),
    }
