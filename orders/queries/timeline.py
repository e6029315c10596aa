"""What happened to an order, in order of time, told in sentences for those who serve."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omnichannel.kernel.channels import Channel
from omnichannel.kernel.money import format_money
from orders.queries.documents import find_order_rows
from orders.rules.documents import Row
from orders.states import FulfilmentStatus


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    what: str
    detail: str = ""
    who: str = ""


def list_timeline(order_id: UUID) -> list[Moment]:
    """Placed, paid, on its way, changed, given back: newest first. One statement."""
    rows = find_order_rows([order_id]).get(order_id)
    if rows is None:
        return []
    order = rows.order
    currency = order["currency"]
    moments = [
        Moment(
            _moment(order["placed_at"]),
            "Placed",
            f"{Channel(order['channel']).label}, {format_money(order['total_minor'], currency)}",
        )
    ]
    moments += [
        Moment(
            _moment(row["updated_at"]),
            f"Payment {row['state']}",
            f"{row['provider']}, {format_money(row['amount_minor'], currency)}",
            row["actor"],
        )
        for row in rows.payments
    ]
    moments += [
        Moment(
            _moment(row["updated_at"]),
            f"Refund {row['state']}",
            f"{row['cause']}, {format_money(row['amount_minor'], currency)}",
        )
        for row in rows.refunds
    ]
    kinds = {row["id"]: row["kind"].replace("_", " ") for row in rows.fulfilments}
    moments += [
        Moment(
            _moment(row["at"]),
            f"{kinds[row['fulfilment_id']].capitalize()}: {FulfilmentStatus(row['to_status']).label.lower()}",
            row["reason"],
            row["actor"],
        )
        for row in rows.history
    ]
    moments += [
        Moment(_moment(row["at"]), row["kind"].replace("_", " ").capitalize(), _told(row, currency), row["actor"])
        for row in rows.changes
    ]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _told(row: Row, currency: str) -> str:
    parts = [row["reason"], str(row["data"].get("number", "") or row["data"].get("note", ""))]
    if row["money_delta_minor"]:
        parts.append(format_money(row["money_delta_minor"], currency))
    return ", ".join(part for part in parts if part)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
