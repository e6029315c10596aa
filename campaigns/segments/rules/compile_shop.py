"""Orders, carts, wish lists and balances as SQL."""

from campaigns.segments.rules.compile_events import ONE, at_least
from campaigns.segments.rules.sql import Parts
from campaigns.segments.rules.tree import CartHolds, Ordered, PointsHeld, Referral, Wishes

BOUGHT = "o.status IN ('confirmed', 'completed')"
REFERRAL_STANDS = "'claimed', 'waiting', 'flagged', 'rewarded'"
KEPT = "(l.quantity - l.cancelled_quantity - l.returned_quantity)"


def order_rows(parts: Parts, done: Ordered) -> tuple[str, str]:
    filters = [BOUGHT, "o.customer_id IS NOT NULL"]
    if done.channel:
        filters.append(f"o.channel = {parts.bind(done.channel, 'text')}")
    if done.store_id:
        filters.append(f"o.store_id = {parts.bind(done.store_id, 'uuid')}")
    if done.spend is not None:
        filters.append(f"o.currency = {parts.bind(done.currency, 'text')}")
    source = "orders_order o"
    if done.goods is not None or done.pieces is not None:
        source += " JOIN orders_orderline l ON l.order_id = o.id"
        filters.append(f"{KEPT} > 0")
        if done.goods is not None:
            filters.append(parts.is_variant_of("l.variant_id", done.goods))
    if done.pieces is not None:
        measure = f"sum({KEPT})"
    elif done.spend is not None:
        measure = (
            f"sum(l.total_minor * {KEPT} / l.quantity)" if done.goods is not None else "sum(o.current_total_minor)"
        )
    else:
        measure = "count(DISTINCT o.id)" if done.goods is not None else "count(*)"
    pick = "min" if done.since is not None and done.since.which == "first" else "max"
    if done.since is not None:
        next_at = parts.plus(f"{pick}(o.placed_at)", done.since.span)
    else:
        next_at = parts.leaves_at("o.placed_at", done.window)
    sliding = done.window is not None and done.window.span is not None
    alias = parts.join(
        f"""SELECT o.customer_id, {measure} AS n, {pick}(o.placed_at) AS at, {next_at} AS next_at
  FROM {source}
 WHERE {" AND ".join(filters)}{parts.within("o.placed_at", done.window)}{parts.only("o.customer_id")}
 GROUP BY o.customer_id""",
        moves=done.since is not None or sliding,
    )
    if done.since is not None:
        edge = parts.bind(parts.at - done.since.span, "timestamptz")
        test = f"{alias}.at {'>' if done.since.op == 'within' else '<='} {edge}"
    else:
        test = at_least(parts, f"{alias}.n", done.pieces or done.spend or done.count or ONE)
    return alias, f"({test}) IS {'' if done.did else 'NOT '}TRUE"


def cart_rows(parts: Parts, cart: CartHolds) -> tuple[str, str]:
    filters = ["o.status = 'open'", "o.item_count > 0", "o.customer_id IS NOT NULL"]
    if cart.worth is not None:
        filters.append(f"o.currency = {parts.bind(cart.currency, 'text')}")
        filters.append(parts.compare("o.total_minor", cart.worth))
    if cart.goods is not None:
        filters.append(
            "EXISTS (SELECT 1 FROM carts_cartline l"
            f" WHERE l.cart_id = o.id AND {parts.is_variant_of('l.variant_id', cart.goods)})"
        )
    next_at = parts.plus("o.last_activity_at", cart.resting) if cart.resting else "NULL::timestamptz"
    alias = parts.join(
        f"""SELECT o.customer_id, o.total_minor AS n, o.last_activity_at AS at, {next_at} AS next_at
  FROM carts_cart o
 WHERE {" AND ".join(filters)}{parts.only("o.customer_id")}""",
        moves=cart.resting is not None,
    )
    test = f"{alias}.customer_id IS NOT NULL"
    if cart.resting is not None:
        test += f" AND {alias}.at <= {parts.bind(parts.at - cart.resting, 'timestamptz')}"
    return alias, f"({test}) IS {'' if cart.has else 'NOT '}TRUE"


def wish_rows(parts: Parts, wish: Wishes) -> tuple[str, str]:
    goods = f"\n   AND {parts.is_variant_of('w.variant_id', wish.goods)}" if wish.goods is not None else ""
    alias = parts.join(
        f"""SELECT o.customer_id, count(*) AS n, max(w.added_at) AS at, NULL::timestamptz AS next_at
  FROM carts_wishlist o JOIN carts_wishlistitem w ON w.wish_list_id = o.id
 WHERE TRUE{goods}{parts.only("o.customer_id")}
 GROUP BY o.customer_id"""
    )
    return alias, f"{alias}.customer_id IS {'NOT ' if wish.has else ''}NULL"


def points_rows(parts: Parts, held: PointsHeld) -> tuple[str, str]:
    unit = f"credit:{held.currency}" if held.unit == "credit" else "points"
    column = "pending" if held.unit == "pending" else "balance"
    alias = parts.join(
        f"""SELECT o.customer_id, o.{column} AS n, NULL::timestamptz AS at
  FROM loyalty_account o
 WHERE o.unit = {parts.bind(unit, "text")}{parts.only("o.customer_id")}"""
    )
    return alias, f"({at_least(parts, f'{alias}.n', held.amount)}) IS TRUE"


def referral_rows(parts: Parts, referral: Referral) -> tuple[str, str]:
    """Referrals that stand: claimed, waiting for their term, looked at by staff or rewarded."""
    if referral.role == "friend":
        column, source = "o.friend_id", "loyalty_referraluse o"
    else:
        column, source = "m.customer_id", "loyalty_referraluse o JOIN loyalty_member m ON m.id = o.member_id"
    alias = parts.join(
        f"""SELECT {column} AS customer_id, count(*) AS n, max(o.claimed_at) AS at
  FROM {source}
 WHERE {column} IS NOT NULL AND o.state IN ({REFERRAL_STANDS}){parts.only(column)}
 GROUP BY {column}"""
    )
    test = at_least(parts, f"{alias}.n", referral.count or ONE)
    return alias, f"({test}) IS {'' if referral.has else 'NOT '}TRUE"
