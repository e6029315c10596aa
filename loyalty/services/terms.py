"""Versions of terms: a draft is worked on, published with a date, and never changed after."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from loyalty.errors.members import GoLiveInPast, ProgrammeClosed, TermsInvalid
from loyalty.models import EarningRule, Programme, ReferralProgramme
from loyalty.rules.earning import check_conditions
from loyalty.states.ledger import RuleKind
from loyalty.states.members import ProgrammeState
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.locks import lock_rows

TermsT = TypeVar("TermsT", Programme, ReferralProgramme)
# Somebody filled in a form some minutes ago and meant "now".
GRACE = timedelta(minutes=15)


def next_version(*, terms: TermsT, by: Context, at: datetime) -> TermsT:
    """A draft that says the same under the next number, to work on.

    Locks   the newest version, so that two drafts get two numbers.
    """
    model = type(terms)
    with transaction.atomic():
        # In the order of their numbers: whoever comes second sees the first one's draft.
        list(lock_rows(model._default_manager.all()))
        newest = model._default_manager.aggregate(newest=Max("version"))["newest"] or 0
        copy = model._default_manager.get(pk=terms.pk)
        copy.pk, copy.version, copy.state = uuid7(at), newest + 1, ProgrammeState.DRAFT
        copy.goes_live_at, copy.note, copy.created_by, copy.created_at = None, "", by.actor[:80], at
        copy.save(force_insert=True)
        return copy


def first_version(terms: TermsT, *, by: Context, at: datetime) -> TermsT:
    """Keep terms typed into an empty form as a draft."""
    model = type(terms)
    newest = model._default_manager.aggregate(newest=Max("version"))["newest"] or 0
    terms.version, terms.state, terms.goes_live_at = newest + 1, ProgrammeState.DRAFT, None
    terms.created_by, terms.created_at = by.actor[:80], at
    terms.save(force_insert=True)
    return terms


def publish_terms(*, terms: TermsT, goes_live_at: datetime | None, at: datetime) -> TermsT:
    """The draft counts from then on; now when no moment is given.

    Locks   the version.
    Raises  ProgrammeClosed when it is no draft, GoLiveInPast, TermsInvalid.
    """
    model = type(terms)
    with transaction.atomic():
        locked = lock_rows(model._default_manager.filter(pk=terms.pk)).get()
        if locked.state != ProgrammeState.DRAFT:
            raise ProgrammeClosed()
        moment = goes_live_at or at
        if moment < at - GRACE:
            raise GoLiveInPast()
        if isinstance(locked, ReferralProgramme) and locked.member_minor + locked.friend_minor == 0:
            raise TermsInvalid(title="Neither side gets anything: give at least one voucher an amount.")
        locked.state, locked.goes_live_at = ProgrammeState.PUBLISHED, max(moment, at)
        locked.save(update_fields=["state", "goes_live_at"])
        return locked


def withdraw_terms(*, terms: TermsT, at: datetime) -> TermsT:
    """A draft, or a version that is not in force yet, will never count.

    Raises  ProgrammeClosed when it is in force or was.
    """
    model = type(terms)
    with transaction.atomic():
        locked = lock_rows(model._default_manager.filter(pk=terms.pk)).get()
        begun = locked.state == ProgrammeState.PUBLISHED and locked.goes_live_at and locked.goes_live_at <= at
        if begun or locked.state == ProgrammeState.WITHDRAWN:
            raise ProgrammeClosed()
        locked.state = ProgrammeState.WITHDRAWN
        locked.save(update_fields=["state"])
        return locked


def next_rule_version(*, rule_id: UUID, by: Context, at: datetime) -> EarningRule:
    """A draft of the rule under the next number."""
    with transaction.atomic():
        rule = EarningRule.objects.get(pk=rule_id)
        list(lock_rows(EarningRule.objects.filter(key=rule.key)))
        newest = EarningRule.objects.filter(key=rule.key).aggregate(newest=Max("version"))["newest"] or 0
        rule.pk, rule.version, rule.state = uuid7(at), newest + 1, ProgrammeState.DRAFT
        rule.created_by, rule.created_at = by.actor[:80], at
        if rule.valid_until is not None and rule.valid_until <= at:
            rule.valid_until = None
        rule.save(force_insert=True)
        return rule


def publish_rule(*, rule_id: UUID, valid_from: datetime | None, at: datetime) -> EarningRule:
    """The draft counts from then on, in place of the version before.

    Locks   the version.
    Raises  ProgrammeClosed when it is no draft, GoLiveInPast, TermsInvalid.
    """
    with transaction.atomic():
        rule = lock_rows(EarningRule.objects.filter(pk=rule_id)).get()
        if rule.state != ProgrammeState.DRAFT:
            raise ProgrammeClosed()
        moment = valid_from or at
        if moment < at - GRACE:
            raise GoLiveInPast()
        problems = check_conditions(rule.conditions) + rule_problems(rule)
        if rule.valid_until is not None and rule.valid_until <= max(moment, at):
            problems.append("It would end before it begins.")
        if problems:
            raise TermsInvalid(title=" ".join(problems), problems=problems)
        rule.state, rule.valid_from = ProgrammeState.PUBLISHED, max(moment, at)
        rule.save(update_fields=["state", "valid_from"])
        return rule


def withdraw_rule(*, rule_id: UUID, at: datetime) -> EarningRule:
    """A draft, or a version that is not in force yet, will never count; one in force ends now.

    Locks   the version.
    Raises  ProgrammeClosed when it ended already.
    """
    with transaction.atomic():
        rule = lock_rows(EarningRule.objects.filter(pk=rule_id)).get()
        ended = rule.valid_until is not None and rule.valid_until <= at
        if rule.state == ProgrammeState.WITHDRAWN or ended:
            raise ProgrammeClosed()
        if rule.state == ProgrammeState.PUBLISHED and rule.valid_from < at:
            rule.valid_until = at
            rule.save(update_fields=["valid_until"])
            return rule
        rule.state = ProgrammeState.WITHDRAWN
        rule.save(update_fields=["state"])
        return rule


def rule_problems(rule: EarningRule) -> list[str]:
    """What keeps a rule from giving anything, in words."""
    if rule.kind == RuleKind.MULTIPLIER:
        return [] if rule.factor > 1 else ["A multiplier is above 1."]
    return [] if rule.points > 0 else ["Say how many points it gives."]
