"""No two prices of a kind hold for a variant at once.

btree_gist is not to be had everywhere, so the variant, currency and kind enter the exclusion as the range of
one hash: two of them meeting by chance (1 in 2^64) would refuse a price, never allow a wrong one.
"""

from django.db import migrations

ADD = """
ALTER TABLE catalog_price ADD CONSTRAINT price_spans_apart EXCLUDE USING gist (
    int8range(
        hashtextextended(variant_id::text || currency || CASE WHEN is_sale THEN 's' ELSE 'l' END, 0) >> 1,
        hashtextextended(variant_id::text || currency || CASE WHEN is_sale THEN 's' ELSE 'l' END, 0) >> 1,
        '[]'
    ) WITH &&,
    tstzrange(valid_from, valid_until) WITH &&
) WHERE (withdrawn_at IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_standard_tax_category")]

    operations = [
        migrations.RunSQL(ADD, "ALTER TABLE catalog_price DROP CONSTRAINT price_spans_apart"),
    ]
