"""The offers' part of a customer's profile."""

from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.offers.queries.wallet import list_codes


class CodesPanel:
    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        """Her codes, those that open something first. One statement."""
        codes = list_codes(customer_id, at)
        if not codes:
            return None
        open_ones = [code for code in codes if code.state == "open"]
        return {
            "title": "Codes",
            "headline": str(len(open_ones)),
            "note": "open now" if len(open_ones) != 1 else "is open now",
            "rows": [
                {
                    "title": code.label,
                    "note": f"{code.code} · {', '.join(item['name'] for item in code.items) or code.reason}".rstrip(
                        " ·"
                    ),
                    "state": code.state,
                    "tone": "ok" if code.state == "open" else "warn" if code.state == "paused" else "",
                    "until": code.expires_at.isoformat() if code.expires_at else None,
                }
                for code in codes[:5]
            ],
        }
