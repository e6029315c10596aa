"""Points for orders, and their way back when lines of an order go back. Both read how the order stands now:

told twice, or in the wrong order, they find nothing left to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from loyalty.facts import ledger as facts
from loyalty.models import EarningRule, Journal, Lot, Programme
from loyalty.queries.earning import OrderToEarn, given_by_rule, list_orders_to_earn
from loyalty.queries.programmes import find_programme, list_programmes, list_published_rules, programme_of, rules_of
from loyalty.rules.earning import Accrual, Rule, cap, earn
from loyalty.rules.expiry import expires_at
from loyalty.rules.lots import LotState, due_back
from loyalty.services.ledger import Ledger, open_ledger, refuse_merged
from loyalty.services.motions import bring_up_to_date, settle_debt, take_back
from loyalty.states.ledger import Book, ExpiryPolicy, JournalKind, RuleKind, Unit
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.context import Context
from orders.models import Order, OrderLine

_EARNING_KINDS = (RuleKind.SPEND, RuleKind.MULTIPLIER, RuleKind.BONUS)


@dataclass(frozen=True, slots=True)
class Terms:
    """The programme and the rules of one moment."""

    programme: Programme
    rules: Sequence[Rule]
    zone: str

    def active_from(self, earned_at: datetime) -> datetime:
        return earned_at + timedelta(days=self.programme.pending_days)

    def expires_at(self, earned_at: datetime) -> datetime | None:
        rolling = self.programme.expiry == ExpiryPolicy.ROLLING
        return expires_at(earned_at, self.programme.expiry_months if rolling else None, self.zone)


class Given:
    """What rules with a cap gave so far, read once a customer and rule: under the accounts' locks."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._given: dict[tuple[UUID, str], int] = {}

    def within_caps(self, customer_id: UUID, rules: Sequence[Rule], accruals: Sequence[Accrual]) -> Sequence[Accrual]:
        for rule in rules:
            if rule.cap_points is None or not any(each.rule_id == rule.id for each in accruals):
                continue
            key = (customer_id, rule.key)
            if key not in self._given:
                self._given[key] = given_by_rule(customer_id, rule.key, days=rule.cap_days, at=self._at)
            accruals = cap(accruals, rule.id, rule.cap_points - self._given[key])
            self._given[key] += sum(each.points for each in accruals if each.rule_id == rule.id)
        return accruals


class TermsBook:
    """Every version that was ever published, to look up the terms of any moment. Three statements, however many."""

    def __init__(self) -> None:
        self._programmes = list_programmes()
        self._rules = list_published_rules(kinds=_EARNING_KINDS)
        self._zone = get_brand().time_zone

    def at(self, moment: datetime) -> Terms | None:
        """What was in force then; None before there was a programme."""
        programme = programme_of(self._programmes, moment)
        if programme is None:
            return None
        return Terms(programme, [as_rule(rule) for rule in rules_of(self._rules, moment)], self._zone)


def as_rule(rule: EarningRule) -> Rule:
    return Rule(
        id=rule.id,
        key=rule.key,
        kind=rule.kind,
        points=rule.points,
        per_minor=rule.per_minor,
        factor=rule.factor,
        conditions=rule.conditions,
        stack_group=rule.stack_group,
        priority=rule.priority,
        cap_points=rule.cap_points,
        cap_days=rule.cap_days,
    )


def accrue_orders(*, order_ids: Sequence[UUID], by: Context, at: datetime) -> int:
    """Give the points these orders earn, under the rules of the moment each was confirmed. Answers how many earned.

    A fixed number of statements for a batch of one moment's terms. Each order, and each edit that added lines, is
    booked once; lines gone back before their points came are taken back in the same go.

    Locks   the customers' ledger accounts.
    Emits   PointsEarned.
    """
    with transaction.atomic():
        orders = list_orders_to_earn(order_ids)
        if not orders:
            return 0
        book = TermsBook()
        earned: list[tuple[OrderToEarn, Terms, list[Accrual]]] = []
        for order in orders:
            current = book.at(order.confirmed_at)
            if current is None or order.currency != current.programme.currency:
                continue
            if current.programme.members_only and not order.is_member:
                continue
            if accruals := earn(order.to_earn(current.programme), current.rules):
                earned.append((order, current, accruals))
        if not earned:
            return 0
        customers = {order.customer_id: [Unit.POINTS] for order, _, _ in earned}
        ledger = open_ledger(wanted=customers, by=by, at=at)
        refuse_merged(customers)
        booked = set(
            Journal.objects.filter(reference__in=[order.reference for order, _, _ in earned]).values_list(
                "reference", flat=True
            )
        )
        fresh = [entry for entry in earned if entry[0].reference not in booked]
        if owing := [account for account in ledger.accounts.values() if account.debt and account.pending]:
            ledger.load_lots(owing)
            bring_up_to_date(ledger)
        given = Given(at)
        for order, current, accruals in fresh:
            _accrue(ledger, order, current, given.within_caps(order.customer_id, current.rules, accruals))
        ledger.close()
        # Looked at under the accounts' locks: a return that was told before these points came is not missed.
        if gone := _gone_orders([order.order_id for order, _, _ in fresh]):
            reverse_orders(order_ids=gone, by=by, at=at)
    return len(fresh)


def _accrue(ledger: Ledger, order: OrderToEarn, terms: Terms, accruals: Sequence[Accrual]) -> None:
    account = ledger.account(order.customer_id, Unit.POINTS)
    total = sum(accrual.points for accrual in accruals)
    reason = f"Order {order.number}"
    journal = ledger.journal(JournalKind.EARN, reason=reason, reference=order.reference, order_id=order.order_id)
    if not total:
        return  # every rule's cap was reached; booked as nothing, so that a second telling finds it done
    active_from, until = terms.active_from(order.confirmed_at), terms.expires_at(order.confirmed_at)
    lots = [
        ledger.open_lot(
            journal,
            account,
            accrual.points,
            active_from=active_from,
            expires_at=until,
            order_id=order.order_id,
            line_id=accrual.line_id,
            rule_id=accrual.rule_id,
        )
        for accrual in accruals
    ]
    pending = active_from > ledger.at
    ledger.post(journal, account, Book.PENDING if pending else Book.ACTIVE, total)
    ledger.post_programme(journal, Unit.POINTS, Book.ISSUED, -total)
    if not pending:
        settle_debt(ledger, account, journal, lots)
    ledger.tell(
        facts.PointsEarned(
            journal_id=journal,
            customer_id=order.customer_id,
            reason=reason,
            order_id=order.order_id,
            balance=account.balance,
            points=total,
            is_pending=pending,
            active_from=active_from,
            expires_at=until,
        )
    )


@dataclass(frozen=True, slots=True)
class _Gone:
    """How many units of an order line went back, of how many."""

    order_id: UUID
    number: str
    units: int
    quantity: int


def reverse_orders(*, order_ids: Sequence[UUID], by: Context, at: datetime) -> int:
    """Take back what lines earned that went back since; answers how many points, owed ones included.

    How far a line has gone back decides, not which fact told of it: twice told is once done.

    Locks   the customers' ledger accounts.
    Emits   PointsReversed.
    """
    with transaction.atomic():
        programme = find_programme(at)
        # Locked also where nothing was earned yet: an accrual under way is waited for, or sees the return itself.
        owners = set(
            Order.objects.filter(pk__in=order_ids, customer__isnull=False).values_list("customer_id", flat=True)
        )
        if programme is None or not owners:
            return 0
        ledger = open_ledger(wanted={owner: [Unit.POINTS] for owner in sorted(owners)}, by=by, at=at)
        refuse_merged(owners)
        earned = list(
            Lot.objects.filter(
                order_id__in=order_ids, journal__kind=JournalKind.EARN, account__in=list(ledger.accounts)
            )
            .order_by("id")
            .values_list("id", flat=True)
        )
        if not earned:
            return 0
        ledger.load_lots(also=earned)
        bring_up_to_date(ledger)
        gone = _gone_by_line(order_ids)
        numbers = {line.order_id: line.number for line in gone.values()}
        wanted: dict[UUID, list[tuple[LotState, int]]] = {}
        for lot in (ledger.lots[lot_id] for lot_id in earned):
            line = gone.get(lot.line_id) if lot.line_id else None
            if line is None:
                continue
            part = due_back(lot.amount, gone=line.units, quantity=line.quantity) - lot.reversed
            if part > 0:
                wanted.setdefault(line.order_id, []).append((lot, part))
        taken = 0
        for order_id, parts in wanted.items():
            account = ledger.accounts[parts[0][0].account_id]
            reason = f"Order {numbers.get(order_id, '')} went back"
            journal = ledger.journal(JournalKind.REVERSE, reason=reason, order_id=order_id)
            result = take_back(ledger, account, journal, parts, policy=programme.debt_policy)
            taken += result.taken + result.debt
            ledger.tell(
                facts.PointsReversed(
                    journal_id=journal,
                    customer_id=account.customer_id,
                    reason=reason,
                    order_id=order_id,
                    balance=account.balance,
                    points=result.taken + result.debt,
                    owed=result.debt,
                    forgiven=result.forgiven,
                )
            )
        ledger.close()
    return taken


def _gone_orders(order_ids: Sequence[UUID]) -> list[UUID]:
    gone = OrderLine.objects.filter(order_id__in=order_ids).filter(
        Q(cancelled_quantity__gt=0) | Q(returned_quantity__gt=0)
    )
    return sorted(set(gone.values_list("order_id", flat=True)))


def _gone_by_line(order_ids: Sequence[UUID]) -> dict[UUID, _Gone]:
    rows = OrderLine.objects.filter(order_id__in=order_ids).values_list(
        "id", "cancelled_quantity", "returned_quantity", "quantity", "order_id", "order__number"
    )
    return {
        line: _Gone(order, number, cancelled + returned, units)
        for line, cancelled, returned, units, order, number in rows
    }
