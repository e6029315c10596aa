"""What goes in and out of membership and referrals."""

from typing import Any

from rest_framework import serializers

from customers.models import Customer
from loyalty.models import ReferralUse
from loyalty.queries.membership import qr_svg
from loyalty.queries.overview import Overview
from loyalty.queries.referrals import link_of
from loyalty.rules.sameness import REASONS
from loyalty.services.membership import Enrolled
from loyalty.states.members import ReferralState
from omnichannel.brand.queries import get_brand
from omnichannel.rest.serializers import InputSerializer, MoneySerializer, StrictCharField, StrictUUIDField

TOKEN_LENGTH = 600


class EnrolMyselfInput(InputSerializer):
    token = StrictCharField(
        min_length=1,
        max_length=TOKEN_LENGTH,
        required=False,
        help_text="From an invitation's QR; its bonus is given once.",
    )


class EnrolInput(InputSerializer):
    customer_id = StrictUUIDField()


class JoinInput(InputSerializer):
    token = StrictCharField(min_length=1, max_length=TOKEN_LENGTH)
    email = StrictCharField(max_length=254)
    first_name = StrictCharField(max_length=100, allow_blank=True, default="")


class RewardInput(InputSerializer):
    customer_id = StrictUUIDField()
    trigger = StrictCharField(min_length=1, max_length=40)
    reference = StrictCharField(min_length=1, max_length=160, help_text="The one thing done: a post, a review.")


class DecisionInput(InputSerializer):
    note = StrictCharField(min_length=1, max_length=300, help_text="Why; kept with the referral.")


class MemberOutput(serializers.Serializer):
    number = serializers.CharField()
    card = serializers.CharField(help_text="What the QR holds. It identifies, it does not pay.")
    qr_svg = serializers.CharField()
    joined_at = serializers.DateTimeField()


class PointsOutput(serializers.Serializer):
    active = serializers.IntegerField()
    pending = serializers.IntegerField()
    held = serializers.IntegerField(help_text="Kept for open carts.")
    available = serializers.IntegerField(help_text="What may be spent now.")
    worth = MoneySerializer(help_text="Of the available ones.")


class ExpiryOutput(serializers.Serializer):
    points = serializers.IntegerField()
    at = serializers.DateTimeField()


class MyReferralOutput(serializers.Serializer):
    code = serializers.CharField()
    url = serializers.CharField()
    qr_svg = serializers.CharField()
    rewarded = serializers.IntegerField()
    pending = serializers.IntegerField()
    is_open = serializers.BooleanField(help_text="Whether codes are in use now.")
    member_reward = MoneySerializer()
    friend_reward = MoneySerializer()


class LoyaltyOutput(serializers.Serializer):
    member = MemberOutput(allow_null=True)
    points = PointsOutput()
    credit = MoneySerializer()
    next_expiry = ExpiryOutput(allow_null=True)
    referral = MyReferralOutput(allow_null=True)


class CardHolderOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    number = serializers.CharField()
    email = serializers.CharField(allow_null=True)


class ScannedMemberOutput(LoyaltyOutput):
    customer = CardHolderOutput()


class EnrolledOutput(LoyaltyOutput):
    is_new = serializers.BooleanField(help_text="False for one who was a member already.")
    bonus_points = serializers.IntegerField(help_text="What joining gave just now.")


class JoinedOutput(serializers.Serializer):
    status = serializers.ChoiceField(["joined"])
    verify_url = serializers.CharField(help_text="Where the address is proven; until then nothing can be spent.")


class RewardOutput(serializers.Serializer):
    points = serializers.IntegerField()
    reason = serializers.ChoiceField(["given", "given_before", "cap_reached"])


class ReasonOutput(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()


class ReferralOutput(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    state = serializers.ChoiceField(ReferralState.choices)
    reasons = ReasonOutput(many=True)
    member_customer_id = serializers.UUIDField()
    friend_customer_id = serializers.UUIDField(allow_null=True)
    order_id = serializers.UUIDField()
    claimed_at = serializers.DateTimeField()
    qualifies_at = serializers.DateTimeField(allow_null=True)
    rewarded_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.CharField()


class ReferralListOutput(serializers.Serializer):
    items = ReferralOutput(many=True)
    next = serializers.CharField(allow_null=True)


def show_overview(overview: Overview) -> dict[str, Any]:
    balance, membership, terms = overview.balance, overview.membership, overview.terms
    currency = balance.currency or get_brand().default_currency
    shown: dict[str, Any] = {
        "member": None,
        "points": {
            "active": balance.points_active,
            "pending": balance.points_pending,
            "held": balance.points_held,
            "available": balance.points_available,
            "worth": _money(balance.worth_minor, currency),
        },
        "credit": _money(balance.credit_minor, currency),
        "next_expiry": None,
        "referral": None,
    }
    if balance.next_expiry is not None:
        points, at = balance.next_expiry
        shown["next_expiry"] = {"points": points, "at": at}
    if membership is not None:
        code = membership.member.referral_code
        shown["member"] = {
            "number": membership.number,
            "card": membership.card,
            "qr_svg": qr_svg(membership.card),
            "joined_at": membership.member.joined_at,
        }
        url = link_of(code)
        shown["referral"] = {
            "code": code,
            "url": url,
            "qr_svg": qr_svg(url),
            "rewarded": overview.rewarded,
            "pending": overview.pending,
            "is_open": terms is not None and terms.is_open,
            "member_reward": _money(terms.member_minor if terms else 0, currency if terms is None else terms.currency),
            "friend_reward": _money(terms.friend_minor if terms else 0, currency if terms is None else terms.currency),
        }
    return shown


def show_enrolled(enrolled: Enrolled, overview: Overview) -> dict[str, Any]:
    return {"is_new": enrolled.is_new, "bonus_points": enrolled.bonus_points, **show_overview(overview)}


def show_holder(customer: Customer) -> dict[str, Any]:
    return {"id": customer.pk, "name": customer.name, "number": customer.number, "email": customer.email or None}


def show_referral(use: ReferralUse) -> dict[str, Any]:
    return {
        "id": use.pk,
        "code": use.code,
        "state": use.state,
        "reasons": [{"code": code, "title": REASONS.get(code, code)} for code in use.reasons],
        "member_customer_id": use.member.customer_id,
        "friend_customer_id": use.friend_id,
        "order_id": use.order_id,
        "claimed_at": use.claimed_at,
        "qualifies_at": use.qualifies_at,
        "rewarded_at": use.rewarded_at,
        "decision": use.decision,
    }


def _money(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}
