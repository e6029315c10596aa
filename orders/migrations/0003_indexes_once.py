"""An index of a foreign key that is the beginning of another index is written for nothing: six less for each order.

Dropped by name and not by `AlterField`, which would check every row's foreign key anew. Who has no associate needs no entry.
"""

import django.db.models.deletion
from django.db import migrations, models

SPARE = {
    "orders_fulfilment_store_id_03defcc7": "orders_fulfilment (store_id)",
    "orders_fulfilmentline_fulfilment_id_4f62369d": "orders_fulfilmentline (fulfilment_id)",
    "orders_order_associate_id_88d5e71b": "orders_order (associate_id)",
    "orders_order_customer_id_0b76f6a4": "orders_order (customer_id)",
    "orders_order_store_id_138e1a80": "orders_order (store_id)",
    "orders_orderline_order_id_17f8f3ef": "orders_orderline (order_id)",
}


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_consent_and_tracking"),
        ("orders", "0002_external_id_index"),
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("associate__isnull", False)), fields=["associate"], name="order_of_associate"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX {name} ON {columns}")
                for name, columns in SPARE.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="fulfilment",
                    name="store",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Where it is picked.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
                migrations.AlterField(
                    model_name="fulfilmentline",
                    name="fulfilment",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.fulfilment",
                    ),
                ),
                migrations.AlterField(
                    model_name="order",
                    name="associate",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="stores.associate",
                    ),
                ),
                migrations.AlterField(
                    model_name="order",
                    name="customer",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="customers.customer",
                    ),
                ),
                migrations.AlterField(
                    model_name="order",
                    name="store",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
                migrations.AlterField(
                    model_name="orderline",
                    name="order",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
            ],
        ),
    ]
