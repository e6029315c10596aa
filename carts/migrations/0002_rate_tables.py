"""A version that changes with the tables of the built-in providers, so that processes may keep copies of them."""

from django.db import migrations

TABLES = ("carts_taxrate", "carts_shippingzone", "carts_shippingmethod")

FORWARD = [
    "INSERT INTO carts_ratetables (id, version) VALUES (1, gen_random_uuid())",
    """
    CREATE FUNCTION carts_rates_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO carts_ratetables (id, version) VALUES (1, gen_random_uuid())
            ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version;
        RETURN NULL;
    END $$
    """,
    *(
        f"CREATE TRIGGER carts_rates_changed AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION carts_rates_changed()"
        for table in TABLES
    ),
]
BACKWARD = [
    *(f"DROP TRIGGER carts_rates_changed ON {table}" for table in TABLES),
    "DROP FUNCTION carts_rates_changed()",
]


class Migration(migrations.Migration):
    dependencies = [("carts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
