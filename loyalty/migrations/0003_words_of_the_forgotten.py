"""The past stays unchanged but for the words of a reason, which go when a person is forgotten: nothing that adds up."""

from django.db import migrations

_REDACTABLE = """
CREATE FUNCTION loyalty_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reason = 'Erased' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only: % of % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_append_only';
END $$;

DROP TRIGGER ledger_append_only ON loyalty_journal;
CREATE TRIGGER ledger_append_only BEFORE DELETE ON loyalty_journal
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
CREATE TRIGGER ledger_words_only BEFORE UPDATE ON loyalty_journal
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_rewriting();
"""

_BACK = """
DROP TRIGGER ledger_words_only ON loyalty_journal;
DROP TRIGGER ledger_append_only ON loyalty_journal;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON loyalty_journal
    FOR EACH ROW EXECUTE FUNCTION loyalty_refuse_change();
DROP FUNCTION loyalty_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0002_ledger_guards")]

    operations = [migrations.RunSQL(_REDACTABLE, _BACK)]
