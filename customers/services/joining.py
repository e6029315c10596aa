"""A visitor becomes one with a customer, and can be let go again."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from customers.errors import IdentityNotFound
from customers.facts import CustomerIdentified, CustomerIdentityReleased, CustomerJoinRefused
from customers.models import Customer, Identity
from customers.queries import find_customer
from customers.rules.contact import normalize_email
from customers.rules.joining import Claim, Held, Verdict, is_usable, judge
from customers.states import IdentityKind
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import visitor_identity


def join_identity(
    *,
    customer_id: UUID,
    kind: str = IdentityKind.ANONYMOUS,
    value: str,
    how: str,
    claimed_email: str = "",
    is_shared: bool = False,
    by: Context,
    at: datetime,
) -> Verdict:
    """Make what is known by a value this customer's history, if the rules allow; see `rules.joining`.

    how            log_in, order, identify, alias, newsletter, enrol, link.
    claimed_email  an address that came with the claim: if somebody else proved it, nothing joins.
    Locks          the identity (advisory, then its row).
    Emits          CustomerIdentified; CustomerJoinRefused when it turns out to be used by several people.
    """
    claim = Claim(kind=kind, value=value, customer_id=customer_id, is_shared=is_shared)
    if is_shared or not is_usable(value):
        return judge(claim, Held())
    with transaction.atomic():
        customer = find_customer(customer_id)
        if customer is None:
            return Verdict(False, "unknown_customer")
        claim = Claim(kind=kind, value=value, customer_id=customer.pk)
        identity = lock_visitor(kind=kind, value=value, at=at)
        held = Held(
            owner=identity.customer_id,
            is_blocked=identity.blocked_at is not None,
            of_customer=Identity.objects.filter(customer=customer, kind=kind).count(),
            claimed_email_owner=_proven_owner(claimed_email),
        )
        verdict = judge(claim, held)
        if verdict.joins:
            identity.customer, identity.joined_at, identity.joined_how = customer, at, how
            identity.save(update_fields=["customer", "joined_at", "joined_how"])
            record(
                CustomerIdentified(customer_id=customer.pk, identity_id=identity.pk, kind=kind, how=how), by=by, at=at
            )
        elif verdict.blocks:
            identity.blocked_at = at
            identity.save(update_fields=["blocked_at"])
            record(
                CustomerJoinRefused(
                    customer_id=customer.pk, identity_id=identity.pk, kind=kind, how=how, code=verdict.code
                ),
                by=by,
                at=at,
            )
    return verdict


def release_identity(*, identity_id: UUID, reason: str, by: Context, at: datetime) -> Identity:
    """What was thought to be a customer's is nobody's again, and its events leave their timeline with it.

    Emits   CustomerIdentityReleased.
    Raises  IdentityNotFound, also for what a customer cannot lose: their own id, number and address.
    """
    with transaction.atomic():
        identity = Identity.objects.select_for_update(no_key=True).filter(pk=identity_id).first()
        if identity is None or identity.customer_id is None or identity.kind not in RELEASABLE:
            raise IdentityNotFound()
        owner = identity.customer_id
        # Blocked: the next log-in there would join it again.
        identity.customer, identity.joined_at, identity.joined_how, identity.blocked_at = None, None, "", at
        identity.save(update_fields=["customer", "joined_at", "joined_how", "blocked_at"])
        record(
            CustomerIdentityReleased(customer_id=owner, identity_id=identity.pk, kind=identity.kind, reason=reason),
            by=by,
            at=at,
        )
    return identity


def know_by_order(*, customer_id: UUID, orders: Mapping[UUID, str], at: datetime) -> None:
    """Whose orders of nobody turned out to be: what the log says of them, under their own ids, is this customer's.

    orders  number by id. One statement. Call with the orders locked and the customer named on them: no claim is
            judged here, an order has one owner and its history follows it.
    """
    rows = [
        Identity(
            id=order_id, customer_id=customer_id, kind=IdentityKind.ORDER, value=number, joined_at=at,
            joined_how="order", created_at=at,
        )
        for order_id, number in sorted(orders.items())
    ]  # fmt: skip
    Identity.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["customer", "joined_at"]
    )


RELEASABLE = frozenset({IdentityKind.ANONYMOUS, IdentityKind.SOCIAL, IdentityKind.EXTERNAL})


#: Pairs this process has asked about.
_asked: set[tuple[UUID, str]] = set()
REMEMBERED = 50_000


def join_visitor(*, customer_id: UUID, anonymous_id: str, how: str, by: Context, at: datetime) -> None:
    """`join_identity` for the browser that speaks for a customer; asked with every request, done once a process."""
    if not anonymous_id or (customer_id, anonymous_id) in _asked:
        return
    join_identity(customer_id=customer_id, value=anonymous_id, how=how, by=by, at=at)
    if len(_asked) >= REMEMBERED:
        _asked.clear()  # asking again costs a few statements each
    _asked.add((customer_id, anonymous_id))


def lock_visitor(*, kind: str, value: str, at: datetime) -> Identity:
    """The identity of a value, made when there is none, locked. Of several (two customers) the first joined one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity:{kind}:{value}"])
    found = (
        Identity.objects.select_for_update(no_key=True, of=("self",))
        .filter(kind=kind, value=value)
        .order_by("customer_id", "pk")
        .first()
    )
    if found is not None:
        return found
    return Identity.objects.create(id=visitor_identity(kind, value), kind=kind, value=value, created_at=at)


def _proven_owner(typed: str) -> UUID | None:
    email = normalize_email(typed) if typed else None
    if email is None:
        return None
    rows = Customer.objects.filter(email=email, email_verified_at__isnull=False)
    return rows.values_list("pk", flat=True).first()
