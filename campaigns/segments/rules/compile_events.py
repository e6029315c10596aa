"""Events of the log as SQL: whole by the name index, for given customers by their timeline."""

from datetime import datetime, timedelta
from uuid import UUID

from campaigns.segments.rules.sql import Parts
from campaigns.segments.rules.tree import Compare, EventDone, Where

#: An event is written down at most so long before it is said to have happened (clocks that run ahead).
CLOCK_SLACK = timedelta(hours=2)
#: What names the article in an event's data, ours before theirs.
ARTICLE = (
    "COALESCE(e.data ->> 'om_product_id', e.data ->> 'product_id', e.data ->> 'om_variant_id', e.data ->> 'variant_id')"
)
CAMPAIGN = (
    "COALESCE(e.context ->> 'utm_campaign', e.context #>> '{campaign,utm_campaign}', e.context #>> '{campaign,name}')"
)
_NUMBER = "'^-?[0-9]{1,15}([.][0-9]{1,6})?$'"
ONE = Compare(">=", 1)


def event_rows(parts: Parts, done: EventDone) -> tuple[str, str]:
    """Join the counted events; (alias, test)."""
    filters = [f"e.name = {parts.bind(done.name, 'text')}", "e.kind <> 'echo'"]
    span = done.window.span if done.window is not None else None
    begin = parts.at - span if span else (done.window.start if done.window is not None else None)
    if begin is not None and not parts.scoped:
        # The log's key sorts by the time of recording: the index on (name, id) is read from there on.
        filters.append(f"e.id >= {parts.bind(_key_floor(begin - CLOCK_SLACK), 'uuid')}")
    filters += [_where(parts, each) for each in done.where]
    where = "\n   AND ".join(filters) + parts.within("e.occurred_at", done.window)
    if done.total is not None:
        number = _number(f"e.data ->> {parts.bind(done.total_of, 'text')}")
        measure = f"COALESCE(sum({number}), 0)"
    else:
        measure = "count(*)"
    pick = "min" if done.since is not None and done.since.which == "first" else "max"
    if done.since is not None:
        next_at = parts.plus(f"{pick}(e.occurred_at)", done.since.span)
    else:
        next_at = parts.leaves_at("e.occurred_at", done.window)
    alias = parts.join(
        f"""SELECT i.customer_id, {measure} AS n, {pick}(e.occurred_at) AS at,
       {next_at} AS next_at
  FROM events_event e JOIN customers_identity i ON i.id = e.identity_id
 WHERE {where}
   AND i.customer_id IS NOT NULL{parts.only("i.customer_id")}
 GROUP BY i.customer_id""",
        moves=done.since is not None or span is not None,
    )
    if done.since is not None:
        edge = parts.bind(parts.at - done.since.span, "timestamptz")
        test = f"{alias}.at {'>' if done.since.op == 'within' else '<='} {edge}"
    else:
        test = at_least(parts, f"{alias}.n", done.total or done.count or ONE)
    return alias, f"({test}) IS {'' if done.did else 'NOT '}TRUE"


def at_least(parts: Parts, column: str, wanted: Compare) -> str:
    """Nothing counts as 0. Where 0 does not do, the bare column lets the planner drop who has nothing."""
    nothing_does = {
        ">=": wanted.value <= 0,
        ">": wanted.value < 0,
        "<=": wanted.value >= 0,
        "<": wanted.value > 0,
        "is": wanted.value == 0,
    }[wanted.op]
    return parts.compare(f"COALESCE({column}, 0)" if nothing_does else column, wanted)


def _where(parts: Parts, where: Where) -> str:
    if where.goods is not None:
        test = parts.is_article_of(ARTICLE, where.goods)
        return f"({test}) IS NOT TRUE" if where.op == "is_not" else test
    match where.field:
        case "channel":
            column = "e.channel"
        case "store":
            column = "e.store_id::text"
        case "campaign":
            column = CAMPAIGN
        case name:
            column = f"(e.data ->> {parts.bind(name, 'text')})"
    return text_test(parts, column, where.op, where.value)


def text_test(parts: Parts, column: str, op: str, value: object) -> str:
    """A condition on a text expression; numbers are compared as numbers where the text is one."""
    if op == "exists":
        return f"COALESCE({column}, '') <> ''"
    if op == "missing":
        return f"COALESCE({column}, '') = ''"
    if isinstance(value, bool):
        value = "true" if value else "false"
    if isinstance(value, int | float):
        number = _number(column)
        if op == "is_not":
            return f"{number} IS DISTINCT FROM {parts.bind(str(value), 'numeric')}"
        return parts.compare(number, Compare(op, value))
    if op == "one_of":
        return f"{column} = ANY({parts.bind(list(value) if isinstance(value, tuple) else [value], 'text[]')})"
    if op == "contains":
        return f"position(lower({parts.bind(value, 'text')}) in lower({column})) > 0"
    if op == "is_not":
        return f"{column} IS DISTINCT FROM {parts.bind(value, 'text')}"
    return f"{column} = {parts.bind(value, 'text')}"


def _number(column: str) -> str:
    return f"(CASE WHEN {column} ~ {_NUMBER} THEN ({column})::numeric END)"


def _key_floor(moment: datetime) -> UUID:
    """The smallest UUID of version 7 of that millisecond (`kernel.ids.uuid7_floor`, which may read the clock)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
