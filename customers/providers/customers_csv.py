"""Customers from a plain CSV, and from the file that Shopify's “Export customers” writes."""

from collections.abc import Sequence
from datetime import datetime

from customers.services.batches import CustomerData, put_customers
from omnichannel.kernel.context import Context
from omnichannel.transfer.ports import Applied, Batch, Column, Export, Row, RowRefused

_TOLD = {"email_invalid": "This is not an email address."}


class CustomersImporter:
    kind, title = "customers", "Customers"
    columns: Sequence[Column] = (
        Column("customer_id", required=True, aliases=("external_id",)),
        Column("first_name"),
        Column("last_name"),
        Column("email"),
        Column("email_verified"),
        Column("phone"),
        Column("company"),
        Column("line1"),
        Column("line2"),
        Column("city"),
        Column("region"),
        Column("postal_code"),
        Column("country"),
        Column("created_at"),
        Column("note"),
        Column("tags"),
    )
    batch_rows = 1_000
    group_by = ""
    ignore_unknown = False

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied:
        items: list[CustomerData] = []
        numbers: list[int] = []
        for row in batch.rows():
            try:
                items.append(self.read(row))
                numbers.append(row.number)
            except RowRefused as refused:
                batch.refuse(row.number, refused.code, refused.title, refused.column)
        results = put_customers(items=items, at=at)
        for number, result in zip(numbers, results, strict=True):
            if result.problem:
                code, column = result.problem
                batch.refuse(number, code, _TOLD[code], column)
        created = sum(result.created for result in results)
        updated = sum(result.changed for result in results)
        refused_count = sum(result.problem is not None for result in results)
        return Applied(created=created, updated=updated, unchanged=len(results) - created - updated - refused_count)

    def read(self, row: Row) -> CustomerData:
        return CustomerData(
            external_id=row.text("customer_id", longest=120, required=True),
            first_name=row.text("first_name", longest=100),
            last_name=row.text("last_name", longest=100),
            email=row.text("email", longest=254),
            email_verified=row.boolean("email_verified"),
            phone=row.text("phone", longest=40),
            note=row.text("note", longest=5_000),
            tags=_tags(row.text("tags")),
            created_at=row.moment("created_at"),
            address={
                name: row.text(name, longest=longest)
                for name, longest in (
                    ("company", 200), ("line1", 200), ("line2", 200), ("city", 100), ("region", 100), ("postal_code", 20), ("country", 2),
                )
            },
        )  # fmt: skip


class ShopifyCustomersImporter(CustomersImporter):
    """Shopify's columns; newer exports carry `Customer ID`, older ones know customers by email alone."""

    kind, title = "shopify_customers", "Customers, as Shopify exports them"
    columns = (
        Column("Customer ID"),
        Column("First Name"),
        Column("Last Name"),
        Column("Email", required=True),
        Column("Phone"),
        Column("Default Address Company", aliases=("Company",)),
        Column("Default Address Address1", aliases=("Address1",)),
        Column("Default Address Address2", aliases=("Address2",)),
        Column("Default Address City", aliases=("City",)),
        Column("Default Address Province Code", aliases=("Province Code",)),
        Column("Default Address Country Code", aliases=("Country Code",)),
        Column("Default Address Zip", aliases=("Zip",)),
        Column("Default Address Phone"),
        Column("Note"),
        Column("Tags"),
    )
    ignore_unknown = True

    def read(self, row: Row) -> CustomerData:
        # Shopify guards ids and codes against spreadsheets with a leading apostrophe.
        key = row.text("Customer ID").lstrip("'") or row.text("Email").lower()
        if not key:
            raise RowRefused("value_missing", "The row names neither a customer id nor an email.", "Email")
        return CustomerData(
            external_id=f"shopify:{key}"[:120],
            first_name=row.text("First Name", longest=100),
            last_name=row.text("Last Name", longest=100),
            email=row.text("Email", longest=254),
            phone=(row.text("Phone") or row.text("Default Address Phone")).lstrip("'")[:40],
            note=row.text("Note", longest=5_000),
            tags=_tags(row.text("Tags")),
            address={
                "company": row.text("Default Address Company", longest=200),
                "line1": row.text("Default Address Address1", longest=200),
                "line2": row.text("Default Address Address2", longest=200),
                "city": row.text("Default Address City", longest=100),
                "region": row.text("Default Address Province Code", longest=100),
                "postal_code": row.text("Default Address Zip").lstrip("'")[:20],
                "country": row.text("Default Address Country Code")[:2],
            },
        )


CUSTOMERS_EXPORT = Export(
    "customers",
    "Customers",
    """
    SELECT coalesce(c.external_id, c.number) AS customer_id, c.first_name, c.last_name, c.email,
           CASE WHEN c.email_verified_at IS NULL THEN 'no' ELSE 'yes' END AS email_verified, c.phone,
           a.company, a.line1, a.line2, a.city, a.region, a.postal_code, a.country,
           to_char(c.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at, c.note,
           (SELECT string_agg(tag, ', ') FROM jsonb_array_elements_text(c.tags) AS tag) AS tags
      FROM customers_customer c
      LEFT JOIN customers_address a ON a.customer_id = c.id AND a.is_default
     WHERE c.merged_into_id IS NULL
     ORDER BY c.created_at, c.id
    """,
)


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.split(",") if tag.strip()]
