"""What every product import shares: groups of rows become products, and a refusal finds its row again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from catalog.services.batches import put_products
from catalog.services.categories import ensure_categories
from catalog.services.data import ProductData
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.context import Context
from omnichannel.transfer.ports import Applied, Batch, Row, RowRefused


@dataclass(frozen=True, slots=True)
class Described:
    """A product as a group of rows describes it, and the row of each of its variants."""

    data: ProductData
    rows: Sequence[Row]
    variant_rows: Sequence[Row]


Describe = Callable[[Sequence[Row], str, datetime], Described]


def apply_groups(batch: Batch, describe: Describe, *, by: Context, at: datetime) -> Applied:
    """Put the batch's products. One that is refused takes all its rows to the error file, the one at fault with the reason."""
    currency = BrandKit.objects.filter(pk=1).values_list("default_currency", flat=True).first() or "USD"
    described: list[Described] = []
    for rows in batch.groups():
        try:
            described.append(describe(rows, currency, at))
        except RowRefused as refused:
            _refuse(batch, rows, refused.row or rows[0], refused.code, refused.title, refused.column)
    paths = {entry.data.category_path for entry in described if entry.data.category_path}
    categories = ensure_categories(paths=paths)
    items = [
        replace(entry.data, category_path=categories[entry.data.category_path].path)
        if entry.data.category_path
        else entry.data
        for entry in described
    ]
    results = put_products(items=items, by=by, at=at)
    for entry, result in zip(described, results, strict=True):
        if result.error is not None:
            at_fault = _row_at_fault(entry, result.error.pointer)
            _refuse(batch, entry.rows, at_fault, result.error.problem_code, result.error.problem_title, "")
    good = [result for result in results if result.error is None]
    return Applied(
        created=sum(result.created for result in good),
        updated=sum(result.changed and not result.created for result in good),
        unchanged=sum(not result.changed for result in good),
    )


def at_row(row: Row, read: Callable[[Row], None]) -> None:
    """Read a row; what it cannot say is told with its number."""
    try:
        read(row)
    except RowRefused as refused:
        refused.row = row
        raise


def _row_at_fault(entry: Described, pointer: str) -> Row:
    parts = pointer.split("/")
    if len(parts) > 2 and parts[1] == "variants" and int(parts[2]) < len(entry.variant_rows):
        return entry.variant_rows[int(parts[2])]
    return entry.rows[0]


def _refuse(batch: Batch, rows: Sequence[Row], at_fault: Row, code: str, title: str, column: str) -> None:
    for row in rows:
        if row is at_fault:
            batch.refuse(row.number, code, title, column)
        else:
            batch.refuse(row.number, "product_refused", f"Row {at_fault.number} of the same product was refused.")
