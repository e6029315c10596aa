"""Which terms are in force."""

from datetime import datetime

from django.db.models import Q

from loyalty.models import EarningRule, Programme
from loyalty.states.ledger import RuleKind
from loyalty.states.members import DebtPolicy, ProgrammeState


def find_programme(at: datetime) -> Programme | None:
    """The points terms in force; None where there is no programme yet. One statement."""
    return (
        Programme.objects.filter(state=ProgrammeState.PUBLISHED, goes_live_at__lte=at)
        .order_by("-goes_live_at", "-version")
        .first()
    )


def debt_policy(programme: Programme | None) -> str:
    return programme.debt_policy if programme else DebtPolicy.DEBT


def list_rules(at: datetime, *, kinds: tuple[str, ...] = (), trigger: str = "") -> list[EarningRule]:
    """The rules in force: of each key the newest published version whose time has come. One statement."""
    rows = EarningRule.objects.filter(state=ProgrammeState.PUBLISHED, valid_from__lte=at)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if trigger:
        rows = rows.filter(kind=RuleKind.EVENT, trigger=trigger)
    newest = rows.order_by("key", "-version").distinct("key")
    live = EarningRule.objects.filter(pk__in=newest.values("pk")).filter(Q(valid_until=None) | Q(valid_until__gt=at))
    return list(live.order_by("priority", "key"))
