"""Few carts were ever moved, and nobody looks for the beginning of a token's hash: placing writes two entries less."""

from django.db import migrations, models

MERGE = "carts_cart_moved_in_merge_dde1f491"
TOKEN = "carts_cart_token_hash_8f9a5e74_like"


class Migration(migrations.Migration):
    dependencies = [("carts", "0002_rate_tables")]

    operations = [
        migrations.AddIndex(
            model_name="cart",
            index=models.Index(
                condition=models.Q(("moved_in_merge__isnull", False)), fields=["moved_in_merge"], name="cart_moved"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {MERGE}", f"CREATE INDEX {MERGE} ON carts_cart (moved_in_merge)"
                ),
                migrations.RunSQL(
                    f"DROP INDEX IF EXISTS {TOKEN}",
                    f"CREATE INDEX {TOKEN} ON carts_cart (token_hash varchar_pattern_ops)",
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="cart",
                    name="moved_in_merge",
                    field=models.UUIDField(editable=False, null=True),
                ),
            ],
        ),
    ]
