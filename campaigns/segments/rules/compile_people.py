"""Profile, consent, identities, marks and places as SQL."""

from campaigns.segments.rules.compile_events import text_test
from campaigns.segments.rules.sql import Parts
from campaigns.segments.rules.tree import ConsentIs, InSegment, KnownBy, LabelHeld, NearStore, ProfileIs
from campaigns.segments.rules.vocabulary import PROFILE_FIELDS

# A worth is kept as {"amount_minor": …, "currency": …}.
_VALUE = "(CASE WHEN jsonb_typeof(o.value) = 'object' THEN o.value ->> 'amount_minor' ELSE o.value #>> '{}' END)"


def profile_test(parts: Parts, profile: ProfileIs) -> tuple[str, str]:
    """(alias, test); no alias where the customer's own row answers."""
    field = PROFILE_FIELDS[profile.field]
    if field.of == "address":
        return _address(parts, profile)
    column = f"c.{profile.field}"
    if field.type == "tags":
        inside = f"c.tags @> jsonb_build_array({parts.bind(profile.value, 'text')})"
        return "", inside if profile.op == "has" else f"NOT {inside}"
    if field.type == "moment":
        return "", _moment(parts, profile, column)
    return "", f"({text_test(parts, column, profile.op, profile.value)}) IS TRUE"


def _moment(parts: Parts, profile: ProfileIs, column: str) -> str:
    if profile.op in ("exists", "missing"):
        return f"{column} IS {'NOT ' if profile.op == 'exists' else ''}NULL"
    if profile.span is not None:
        parts.moments.append(parts.plus(column, profile.span))
        edge = parts.bind(parts.at - profile.span, "timestamptz")
        return f"({column} {'>' if profile.op == 'within' else '<='} {edge}) IS TRUE"
    edge = parts.bind(profile.moment, "timestamptz")
    return f"({column} {'<' if profile.op == 'before' else '>='} {edge}) IS TRUE"


def _address(parts: Parts, profile: ProfileIs) -> tuple[str, str]:
    """Any address of theirs; `is_not` and `missing`: none."""
    column = f"a.{profile.field}"
    turned = {"is_not": "is", "missing": "exists"}.get(profile.op)
    test = text_test(parts, column, turned or profile.op, profile.value)
    alias = parts.join(
        f"""SELECT a.customer_id FROM customers_address a
 WHERE {test}{parts.only("a.customer_id")} GROUP BY a.customer_id"""
    )
    return "", f"{alias}.customer_id IS {'' if turned else 'NOT '}NULL"


def consent_rows(parts: Parts, consent: ConsentIs) -> tuple[str, str]:
    alias = parts.join(
        f"""SELECT DISTINCT ON (o.customer_id) o.customer_id, o.state, 1 AS n, o.at
  FROM customers_consent o
 WHERE o.channel = {parts.bind(consent.channel, "text")} AND o.purpose = {parts.bind(consent.purpose, "text")}
   AND o.at <= {parts.bind(parts.at, "timestamptz")}{parts.only("o.customer_id")}
 ORDER BY o.customer_id, o.at DESC, o.id DESC"""
    )
    if consent.state == "none":
        return alias, f"{alias}.customer_id IS NULL"
    return alias, f"({alias}.state = {parts.bind(consent.state, 'text')}) IS TRUE"


def identity_rows(parts: Parts, known: KnownBy) -> tuple[str, str]:
    proven = "\n   AND o.verified_at IS NOT NULL" if known.verified else ""
    alias = parts.join(
        f"""SELECT o.customer_id, count(*) AS n, max(o.created_at) AS at
  FROM customers_identity o
 WHERE o.kind = {parts.bind(known.identity, "text")} AND o.customer_id IS NOT NULL{proven}{parts.only("o.customer_id")}
 GROUP BY o.customer_id"""
    )
    return alias, f"{alias}.customer_id IS {'NOT ' if known.has else ''}NULL"


def label_rows(parts: Parts, held: LabelHeld) -> tuple[str, str]:
    filters = [f"o.kind = {parts.bind(held.label, 'text')}", "o.valid_until IS NULL"]
    if held.key:
        filters.append(f"o.key = {parts.bind(held.key, 'text')}")
    if held.amount is not None:
        number = text_test(parts, _VALUE, held.amount.op, held.amount.value)
        filters.append(f"({number}) IS TRUE")
    alias = parts.join(
        f"""SELECT o.customer_id, count(*) AS n, max(o.valid_from) AS at
  FROM customers_label o
 WHERE {" AND ".join(filters)}{parts.only("o.customer_id")}
 GROUP BY o.customer_id"""
    )
    return alias, f"{alias}.customer_id IS {'NOT ' if held.has else ''}NULL"


def segment_rows(parts: Parts, inside: InSegment) -> tuple[str, str]:
    return label_rows(parts, LabelHeld(label="segment", key=inside.segment, has=inside.has))


def store_rows(parts: Parts, near: NearStore) -> tuple[str, str]:
    store = parts.bind(near.store_id, "uuid")
    if near.how == "bought":
        rows = f"""SELECT o.customer_id, count(*) AS n, max(o.placed_at) AS at
  FROM orders_order o
 WHERE o.store_id = {store} AND o.customer_id IS NOT NULL AND o.status IN ('confirmed', 'completed')
   AND o.placed_at <= {parts.bind(parts.at, "timestamptz")}{parts.only("o.customer_id")}
 GROUP BY o.customer_id"""
    else:
        rows = f"""SELECT a.customer_id, count(*) AS n, NULL::timestamptz AS at
  FROM stores_store s JOIN customers_address a ON a.country = s.country
   AND (lower(a.city) = lower(s.city) AND a.region = s.region
        OR length(s.postal_code) >= 3 AND left(a.postal_code, 3) = left(s.postal_code, 3))
 WHERE s.id = {store}{parts.only("a.customer_id")}
 GROUP BY a.customer_id"""
    alias = parts.join(rows)
    return alias, f"{alias}.customer_id IS {'NOT ' if near.has else ''}NULL"
