"""What the database itself refuses: changing the past, and a journal that does not sum to zero."""

from django.db import migrations

_GUARDS = """
CREATE FUNCTION loyalty_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_append_only';
END $$;

CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON loyalty_journal
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON loyalty_entry
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON loyalty_lotuse
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();

-- One look a statement, over the entries it wrote: a journal's entries are always written together.
CREATE FUNCTION loyalty_require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE crooked uuid;
BEGIN
    SELECT journal_id INTO crooked FROM written GROUP BY journal_id, unit HAVING sum(amount) <> 0 LIMIT 1;
    IF crooked IS NOT NULL THEN
        RAISE EXCEPTION 'journal % does not sum to zero', crooked
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_journal_balances';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger_journal_balances AFTER INSERT ON loyalty_entry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION loyalty_require_balance();
"""

_GONE = """
DROP TRIGGER ledger_journal_balances ON loyalty_entry;
DROP TRIGGER ledger_append_only ON loyalty_lotuse;
DROP TRIGGER ledger_append_only ON loyalty_entry;
DROP TRIGGER ledger_append_only ON loyalty_journal;
DROP FUNCTION loyalty_require_balance();
DROP FUNCTION loyalty_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_initial")]

    operations = [migrations.RunSQL(_GUARDS, _GONE)]
