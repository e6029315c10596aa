"""A member's code in a friend's order: judged, claimed in the order's transaction, given back when it is undone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from carts.ports import CartSnapshot, CodeVerdict
from loyalty.errors.members import ReferralUsed
from loyalty.queries.referrals import CodeOffer, find_code_offers
from loyalty.rules.codes import read_referral_code
from loyalty.rules.sameness import email_key
from loyalty.states.members import ReferralQualifies
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.money import format_money

# Two orders of one friend at once: the second waits here for the first, then finds it there.
_CLAIM = """
INSERT INTO loyalty_referraluse (
    id, programme_id, member_id, code, order_id, friend_id, friend_key, channel, state, reasons, claimed_at, decided_by,
    decision, taken_back
)
VALUES (
    %(id)s, %(programme)s, %(member)s, %(code)s, %(order)s, %(friend)s, %(key)s, %(channel)s, 'claimed', '[]', %(at)s, '',
    '', '{}'
)
ON CONFLICT DO NOTHING RETURNING id
"""
_RELEASE = """
UPDATE loyalty_referraluse SET state = 'released', decided_at = %(at)s
 WHERE order_id = %(order)s AND state IN ('claimed', 'waiting', 'flagged')
"""


def judge_codes(codes: Sequence[str], snapshot: CartSnapshot) -> list[CodeVerdict]:
    """A verdict for each of these that is a member's code; the first that applies is the one that counts.

    One statement.
    """
    verdicts: list[CodeVerdict] = []
    for offer, reason in _judged(codes, snapshot):
        if not reason and any(verdict.applied for verdict in verdicts):
            reason = "One friend’s code is enough for an order."
        if reason:
            verdicts.append(CodeVerdict(code=offer.code, applied=False, reason=reason))
        else:
            words = promise(offer)
            verdicts.append(CodeVerdict(code=offer.code, applied=True, reason=words, label="A friend’s code"))
    return verdicts


def claim_code(*, snapshot: CartSnapshot, order_id: UUID, at: datetime) -> None:
    """Write down that this order uses a member's code. Two statements; none without such a code.

    Locks   the friend's one use (by unique key), until the order's transaction ends.
    Raises  ReferralUsed when another order of the same friend used a code in the meantime.
    """
    codes = [entry.code for entry in snapshot.codes if entry.resolver == "referral"]
    offer = next((offer for offer, reason in _judged(codes, snapshot) if not reason), None) if codes else None
    if offer is None:
        return
    row = {
        "id": uuid7(at), "programme": offer.programme_id, "member": offer.member_id, "code": offer.code,
        "order": order_id, "friend": offer.friend_id, "key": friend_key(snapshot, offer.friend_email or ""),
        "channel": snapshot.channel, "at": at,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, row)
        if cursor.fetchone() is None:
            raise ReferralUsed(codes=codes)


def release_code(*, order_id: UUID, at: datetime) -> None:
    """The order came to nothing before anybody was rewarded: the friend may use a code again. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_RELEASE, {"order": order_id, "at": at})


def friend_key(snapshot: CartSnapshot, known_email: str = "") -> str:
    """Who the friend is: by mailbox, else by record; empty while nobody knows."""
    email = known_email or snapshot.email
    if email:
        return f"email:{email_key(email)}"
    return f"customer:{snapshot.customer_id}" if snapshot.customer_id else ""


def promise(offer: CodeOffer) -> str:
    """What both get, for the customer to read."""
    currency = offer.currency or ""
    friend, member = offer.friend_minor or 0, offer.member_minor or 0
    when = "once this order is confirmed"
    if offer.qualifies == ReferralQualifies.AFTER_DAYS:
        when = f"{offer.qualify_days} days after this order, when it was kept"
    if friend == member:
        return f"You both get a {format_money(friend, currency)} voucher {when}."
    parts = []
    if friend:
        parts.append(f"you get a {format_money(friend, currency)} voucher")
    if member:
        parts.append(f"your friend gets a {format_money(member, currency)} voucher")
    words = f"{' and '.join(parts)} {when}."
    return words[0].upper() + words[1:]


def _judged(codes: Sequence[str], snapshot: CartSnapshot) -> list[tuple[CodeOffer, str]]:
    """Each known code with why it cannot be used; empty when it can."""
    read = {typed: read_referral_code(typed) for typed in codes}
    wanted = [code for code in read.values() if code]
    if not wanted:
        return []
    key = friend_key(snapshot)
    offers = find_code_offers(wanted, friend_id=snapshot.customer_id, friend_key=key, at=snapshot.at)
    return [(offers[code], _refusal(offers[code], snapshot)) for code in dict.fromkeys(wanted) if code in offers]


def _refusal(offer: CodeOffer, snapshot: CartSnapshot) -> str:
    if offer.programme_id is None or not offer.is_open:
        return "Friends’ codes are not in use at the moment."
    if offer.currency != snapshot.currency:
        return f"This code is for orders in {offer.currency}."
    own_mailbox = bool(offer.owner_email) and email_key(offer.owner_email) in {
        email_key(offer.friend_email or ""),
        email_key(snapshot.email),
    }
    if offer.friend_id == offer.owner_id or own_mailbox:
        return "This is your own code. It is for your friends."
    if offer.friend_id is None and not snapshot.email:
        return "Log in or give your email address, so that we know who gets the voucher."
    if offer.invited_the_member:
        return "You invited this friend yourself, so their code cannot count for you."
    if offer.used_before:
        return "You have used a friend’s code before. It works once."
    # Of the known alone: a stranger may type any address, and whether its owner bought here is said to nobody else.
    # It is judged when the order is paid.
    if offer.bought_before:
        return "This code is for people who are new to us, and you have bought here before."
    minimum = offer.minimum_minor or 0
    if sum(line.items_minor for line in snapshot.lines) < minimum:
        return f"This code is for first orders of {format_money(minimum, snapshot.currency)} or more."
    return ""
