"""The ledger's statements: how accounts are locked, what is read under the lock, and how all of it is written."""

LOCK = """
SELECT id, customer_id, unit, balance, pending, held, debt, version
  FROM loyalty_account WHERE customer_id = ANY(%(customers)s::uuid[])
 ORDER BY customer_id, id FOR NO KEY UPDATE
"""

OPEN = """
INSERT INTO loyalty_account (id, customer_id, unit, balance, pending, held, debt, version, created_at, updated_at)
SELECT w.id, w.customer_id, w.unit, 0, 0, 0, 0, 1, %(at)s, %(at)s
  FROM unnest(%(ids)s::uuid[], %(customers)s::uuid[], %(units)s::text[]) AS w (id, customer_id, unit)
ON CONFLICT (customer_id, unit) DO NOTHING
"""

_LOT = "id, account_id, amount, remaining, reserved, reversed, is_pending, active_from, expires_at, order_id, line_id"

READ_LOTS = f"""
SELECT {_LOT} FROM loyalty_lot WHERE account_id = ANY(%(accounts)s::uuid[]) AND remaining > 0
 UNION ALL
SELECT {_LOT} FROM loyalty_lot WHERE id = ANY(%(also)s::uuid[])
"""

READ_HOLDS = """
SELECT h.id, h.account_id, h.cart_id, h.amount, h.until, l.lot_id, l.amount
  FROM loyalty_hold h JOIN loyalty_holdlot l ON l.hold_id = h.id
 WHERE h.account_id = ANY(%(accounts)s::uuid[]) AND h.state = 'open'
"""

# Everything one closing of the ledger writes. All of it is absolute under the accounts' locks; foreign keys are
# checked at commit, so the parts need no order among them. The entries of a journal are written here together:
# the trigger on them looks at what one statement wrote.
CLOSE = """
WITH journals AS (
    INSERT INTO loyalty_journal (id, kind, reference, reason, order_id, undoes_id, actor, channel, store_id, at)
    SELECT r.id, r.kind, r.reference, r.reason, r.order_id, r.undoes_id,
           %(actor)s, %(channel)s, %(store_id)s::uuid, %(at)s
      FROM jsonb_to_recordset(%(journals)s::jsonb)
        AS r (id uuid, kind text, reference text, reason text, order_id uuid, undoes_id uuid)
), entries AS (
    INSERT INTO loyalty_entry (journal_id, account_id, book, unit, amount, at)
    SELECT r.journal_id, r.account_id, r.book, r.unit, r.amount, %(at)s
      FROM jsonb_to_recordset(%(entries)s::jsonb)
        AS r (journal_id uuid, account_id uuid, book text, unit text, amount bigint)
), new_lots AS (
    INSERT INTO loyalty_lot (
        id, account_id, journal_id, amount, remaining, reserved, reversed, is_pending, active_from, expires_at,
        order_id, line_id, rule_id, created_at)
    SELECT r.id, r.account_id, r.journal_id, r.amount, r.remaining, r.reserved, r.reversed, r.is_pending,
           r.active_from, r.expires_at, r.order_id, r.line_id, r.rule_id, %(at)s
      FROM jsonb_to_recordset(%(new_lots)s::jsonb)
        AS r (id uuid, account_id uuid, journal_id uuid, amount bigint, remaining bigint, reserved bigint,
              reversed bigint, is_pending boolean, active_from timestamptz, expires_at timestamptz,
              order_id uuid, line_id uuid, rule_id uuid)
), uses AS (
    INSERT INTO loyalty_lotuse (lot_id, journal_id, amount, line_id)
    SELECT r.lot_id, r.journal_id, r.amount, r.line_id
      FROM jsonb_to_recordset(%(uses)s::jsonb) AS r (lot_id uuid, journal_id uuid, amount bigint, line_id uuid)
), lots AS (
    UPDATE loyalty_lot l
       SET remaining = r.remaining, reserved = r.reserved, reversed = r.reversed, is_pending = r.is_pending,
           account_id = r.account_id
      FROM jsonb_to_recordset(%(lots)s::jsonb)
        AS r (id uuid, account_id uuid, remaining bigint, reserved bigint, reversed bigint, is_pending boolean)
     WHERE l.id = r.id
), ended AS (
    UPDATE loyalty_hold h SET state = r.state, ended_at = %(at)s
      FROM jsonb_to_recordset(%(ended)s::jsonb) AS r (id uuid, state text)
     WHERE h.id = r.id
    RETURNING h.id
), held AS (
    INSERT INTO loyalty_hold (id, account_id, cart_id, amount, state, until, created_at)
    SELECT r.id, r.account_id, r.cart_id, r.amount, 'open', r.until, %(at)s
      FROM jsonb_to_recordset(%(holds)s::jsonb)
        AS r (id uuid, account_id uuid, cart_id uuid, amount bigint, until timestamptz)
     -- One that ends in this statement frees the cart's place for the new one.
     WHERE (SELECT count(*) FROM ended) >= 0
), held_lots AS (
    INSERT INTO loyalty_holdlot (hold_id, lot_id, amount)
    SELECT r.id, part.lot_id, part.amount
      FROM jsonb_to_recordset(%(holds)s::jsonb) AS r (id uuid, lots jsonb),
           jsonb_to_recordset(r.lots) AS part (lot_id uuid, amount bigint)
)
UPDATE loyalty_account a
   SET balance = r.balance, pending = r.pending, held = r.held, debt = r.debt,
       version = a.version + 1, updated_at = %(at)s
  FROM jsonb_to_recordset(%(accounts)s::jsonb)
    AS r (id uuid, balance bigint, pending bigint, held bigint, debt bigint)
 WHERE a.id = r.id
"""
