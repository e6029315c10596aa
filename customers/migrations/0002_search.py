"""The words a customer is found by: a generated column, so that imports by COPY need not know of it.

Names and the local part of the email as words without accents; the email and the number whole; the phone
number from each of its digits on, so that any part of it is the beginning of a word. One GIN index serves
them all without an extension. `customers.rules.contact.search_words` splits a query the same way.
"""

from django.db import migrations

_PHONE_TAILS = ", ".join(f"substr(phone, {start})" for start in range(2, 14))

ADD = rf"""
ALTER TABLE customers_customer ADD COLUMN search tsvector GENERATED ALWAYS AS (
    array_to_tsvector(array_remove(
        regexp_split_to_array(
            lower(regexp_replace(
                normalize(first_name || ' ' || last_name || ' ' || split_part(email, '@', 1), NFD),
                '[\u0300-\u036f]', '', 'g'
            )),
            '[ -/:-@\[-`{{-~\u2010-\u2019]+'
        )
        || ARRAY[lower(number), email, {_PHONE_TAILS}]::text[],
        ''
    ))
) STORED;
CREATE INDEX customer_search ON customers_customer USING gin (search) WITH (fastupdate = off);
"""
REMOVE = "ALTER TABLE customers_customer DROP COLUMN search;"


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]
    operations = [migrations.RunSQL(ADD, REMOVE)]
