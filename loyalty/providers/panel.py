"""The profile's panel of points and store credit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from loyalty.queries.balances import Balance, find_balance
from omnichannel.kernel.money import format_money


class PointsPanel:
    """The balance as of now: two statements."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        balance = find_balance(customer_id, at)
        if not balance.version:
            return None
        return {
            "title": "Points and credit",
            "figures": _figures(balance),
            "headline": f"{balance.points_available:,}",
            "note": f"points, worth {format_money(balance.worth_minor, balance.currency)}"
            if balance.currency
            else "points",
            "rows": list(_rows(balance)),
            "points": {
                "active": balance.points_active,
                "pending": balance.points_pending,
                "held": balance.points_held,
                "available": balance.points_available,
                "owed": balance.points_debt,
            },
            "credit": [
                {"amount_minor": credit.active_minor, "currency": credit.currency} for credit in balance.credits
            ],
        }


def _figures(balance: Balance) -> list[dict[str, str]]:
    figures = [{"value": f"{balance.points_available:,}", "label": "points"}]
    if balance.credit_minor:
        figures.append({"value": format_money(balance.credit_minor, balance.currency), "label": "store credit"})
    return figures


def _rows(balance: Balance) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    if balance.points_pending:
        rows.append(
            {"title": "Pending", "note": "until the return window is over", "amount": f"{balance.points_pending:,}"}
        )
    if balance.points_held:
        rows.append({"title": "Held by open carts", "amount": f"{balance.points_held:,}"})
    if balance.points_debt:
        rows.append(
            {
                "title": "Owed",
                "note": "settled from what comes in next",
                "amount": f"{balance.points_debt:,}",
                "tone": "warn",
            }
        )
    if balance.next_expiry:
        points, when = balance.next_expiry
        rows.append({"title": "Next to expire", "note": f"on {when:%-d %B %Y}", "amount": f"{points:,}"})
    for credit in balance.credits:
        note = f"{format_money(credit.pending_minor, credit.currency)} more later" if credit.pending_minor else ""
        if credit.debt_minor:
            note = f"{format_money(credit.debt_minor, credit.currency)} owed"
        rows.append(
            {"title": "Store credit", "note": note, "amount": format_money(credit.active_minor, credit.currency)}
        )
    return rows
