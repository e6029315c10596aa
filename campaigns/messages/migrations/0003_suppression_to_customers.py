"""The list of addresses not written to lives with customers, where every sender asks."""

from django.db import migrations

MOVE = """
INSERT INTO customers_suppression (id, channel, address, reason, detail, created_at)
SELECT gen_random_uuid(), 'email', lower(address), reason, detail, created_at FROM campaign_messages_suppression
    ON CONFLICT (channel, address) DO NOTHING
"""
BACK = """
INSERT INTO campaign_messages_suppression (address, reason, detail, created_at)
SELECT address, reason, detail, created_at FROM customers_suppression WHERE channel = 'email'
    ON CONFLICT (address) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaign_messages", "0002_marketing"),
        ("customers", "0003_consent_and_tracking"),
    ]

    operations = [
        migrations.RunSQL(MOVE, BACK),
        migrations.DeleteModel(name="Suppression"),
    ]
