"""What is live here is part of what a cart is priced with: a change moves the version carts are loaded with."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER campaign_offers_changed
 AFTER INSERT OR DELETE OR UPDATE OF status, live_id, budget_minor, currency, max_uses, per_customer, key, name
    ON campaign_offers_offer FOR EACH STATEMENT EXECUTE FUNCTION carts_rates_changed()
"""
BACKWARD = "DROP TRIGGER campaign_offers_changed ON campaign_offers_offer"


class Migration(migrations.Migration):
    dependencies = [("campaign_offers", "0001_initial"), ("carts", "0002_rate_tables")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
