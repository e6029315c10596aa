"""Which terms are in force."""

from collections.abc import Sequence
from datetime import datetime

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


def list_programmes() -> list[Programme]:
    """Every published version, the last to go live first. One statement."""
    return list(Programme.objects.filter(state=ProgrammeState.PUBLISHED).order_by("-goes_live_at", "-version"))


def programme_of(programmes: Sequence[Programme], at: datetime) -> Programme | None:
    """Of these versions, last first, the one in force at a moment."""
    return next((each for each in programmes if each.goes_live_at is not None and each.goes_live_at <= at), None)


def debt_policy(programme: Programme | None) -> str:
    return programme.debt_policy if programme else DebtPolicy.DEBT


def list_published_rules(*, kinds: Sequence[str] = ()) -> list[EarningRule]:
    """Every published version of every rule, by key, the newest first. One statement."""
    rows = EarningRule.objects.filter(state=ProgrammeState.PUBLISHED)
    return list((rows.filter(kind__in=kinds) if kinds else rows).order_by("key", "-version"))


def rules_of(versions: Sequence[EarningRule], at: datetime) -> list[EarningRule]:
    """Of these versions the rules in force at a moment: of each key the newest whose time has come, unless it ended."""
    newest: dict[str, EarningRule] = {}
    for rule in versions:
        if rule.valid_from <= at:
            newest.setdefault(rule.key, rule)
    live = [rule for rule in newest.values() if rule.valid_until is None or rule.valid_until > at]
    return sorted(live, key=lambda rule: (rule.priority, rule.key))


def list_rules(at: datetime, *, kinds: Sequence[str] = (), trigger: str = "") -> list[EarningRule]:
    """The rules in force, those of one event's trigger when it is named. One statement."""
    rules = rules_of(list_published_rules(kinds=kinds), at)
    return [rule for rule in rules if not trigger or (rule.kind == RuleKind.EVENT and rule.trigger == trigger)]
