"""Offers and codes over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.offers.models import Code, CodeBatch, Offer
from campaigns.offers.queries.wallet import WalletCode
from campaigns.offers.rules.words import CHANNEL_WORDS
from campaigns.offers.services.explaining import CodeAnswer, OpenOffer
from campaigns.offers.states import OfferStatus
from omnichannel.rest.serializers import (
    InputSerializer,
    MoneySerializer,
    StrictCharField,
    StrictIntegerField,
    StrictRegexField,
    StrictUUIDField,
)

MAX_MONEY = 10**15


@extend_schema_field({"type": "object", "additionalProperties": {}})
class DefinitionField(serializers.Field):
    """An offer's words as JSON. What is wrong in its words is said when they are previewed or published."""

    default_error_messages = {"invalid": "This must be an object."}
    _names = frozenset(
        {"label", "benefit", "scope", "condition", "by_code", "priority", "group", "starts_at", "ends_at"}
    )

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("invalid")
        if unknown := sorted(set(data) - self._names):
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail("There is no such field.", code="unknown_field") for name in unknown}
            )
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class OfferBudgetIn(InputSerializer):
    amount_minor = StrictIntegerField(min_value=0, max_value=MAX_MONEY)
    currency = StrictRegexField(r"^[A-Z]{3}$")


class OfferLimitsIn(InputSerializer):
    budget = OfferBudgetIn(required=False, allow_null=True, help_text="All it may ever take off.")
    max_uses = StrictIntegerField(min_value=1, required=False, allow_null=True, help_text="Orders, all together.")
    per_customer = StrictIntegerField(min_value=1, required=False, allow_null=True, help_text="Orders of one person.")


class OfferIn(OfferLimitsIn):
    key = StrictRegexField(r"^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$", help_text="Names it for ever: `newsletter-10`.")
    name = StrictCharField(max_length=120)
    definition = DefinitionField(help_text="Condition × benefit × scope; see docs/algorithms/pricing.md.")


class OfferChange(OfferLimitsIn):
    name = StrictCharField(max_length=120, required=False)
    definition = DefinitionField(required=False)


class OfferQuery(InputSerializer):
    status = serializers.ChoiceField(OfferStatus.choices, required=False)
    key = StrictCharField(max_length=60, required=False)


class OfferStatusIn(InputSerializer):
    status = serializers.ChoiceField(
        [OfferStatus.LIVE.value, OfferStatus.PAUSED.value, OfferStatus.ENDED.value],
        help_text="`live` resumes what is paused.",
    )


class OfferNoFields(InputSerializer):
    """No fields."""


class OfferProblemOut(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="Where in the definition.")
    title = serializers.CharField()


class OfferOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(OfferStatus.choices)
    definition = DefinitionField(help_text="The draft; what counts is `live`.")
    live = serializers.DictField(
        allow_null=True, help_text="`number`, `definition`, `sentence`, `published_at` of the version that counts."
    )
    budget = MoneySerializer(allow_null=True)
    max_uses = serializers.IntegerField(allow_null=True)
    per_customer = serializers.IntegerField(allow_null=True)
    used = MoneySerializer(help_text="Counted while there is a limit.")
    uses = serializers.IntegerField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class OfferPage(serializers.Serializer[Any]):
    items = OfferOut(many=True)
    next = serializers.CharField(allow_null=True)


class TriedItemIn(InputSerializer):
    sku = StrictCharField(max_length=80)
    quantity = StrictIntegerField(min_value=1, max_value=9999, default=1)


class OfferSimulateIn(InputSerializer):
    """A real cart by `cart_id`, or a made-up one of `items`."""

    cart_id = StrictUUIDField(required=False)
    items = serializers.ListField(child=TriedItemIn(), required=False, max_length=50)
    customer_id = StrictUUIDField(required=False, allow_null=True)
    email = serializers.EmailField(required=False)
    currency = StrictRegexField(r"^[A-Z]{3}$", required=False)
    channel = serializers.ChoiceField(sorted(CHANNEL_WORDS), required=False)
    store_id = StrictUUIDField(required=False, allow_null=True)
    fulfilment = serializers.ChoiceField(["ship", "pickup", "carry_out"], required=False)
    codes = serializers.ListField(child=StrictCharField(max_length=60), required=False, max_length=20)
    definition = DefinitionField(required=False, help_text="Tried as if it were live, beside those that are.")


class TriedOffOut(serializers.Serializer[Any]):
    label = serializers.CharField()
    amount = MoneySerializer()


class TriedLineOut(serializers.Serializer[Any]):
    sku = serializers.CharField()
    name = serializers.CharField()
    image_url = serializers.CharField()
    quantity = serializers.IntegerField()
    items = MoneySerializer()
    off = TriedOffOut(many=True)
    total = MoneySerializer()


class TriedOfferOut(serializers.Serializer[Any]):
    offer_id = serializers.UUIDField()
    key = serializers.CharField()
    label = serializers.CharField()
    code = serializers.CharField()
    is_draft = serializers.BooleanField()
    applies = serializers.BooleanField()
    amount = MoneySerializer()
    on_shipping = serializers.BooleanField()
    why = serializers.CharField(help_text="Why it takes nothing off, for the customer's ears.")


class OfferSimulateOut(serializers.Serializer[Any]):
    sentence = serializers.CharField(help_text="The definition as it reads.")
    problems = OfferProblemOut(many=True)
    lines = TriedLineOut(many=True)
    offers = TriedOfferOut(many=True)
    items = MoneySerializer()
    discount = MoneySerializer()
    total = MoneySerializer(help_text="Without shipping and tax.")


class OfferCodeQuery(InputSerializer):
    batch = StrictUUIDField(required=False)


class OfferCodesIn(InputSerializer):
    """One shared code by `code`, or `count` unique ones."""

    code = StrictCharField(max_length=60, required=False, help_text="Spelled by hand: WELCOME10.")
    count = StrictIntegerField(min_value=1, max_value=1_000_000, required=False)
    name = StrictCharField(max_length=120, required=False, help_text="What the batch is for.")
    prefix = StrictCharField(max_length=12, required=False, allow_blank=True)
    max_uses = StrictIntegerField(
        min_value=1, required=False, allow_null=True, help_text="Of each code; a batch's are single-use by default."
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("code" in attrs) == ("count" in attrs):
            raise serializers.ValidationError({"code": ["Give either a code or a count."]})
        return attrs


class OfferCodeOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    customer_id = serializers.UUIDField(allow_null=True)
    batch_id = serializers.UUIDField(allow_null=True)
    max_uses = serializers.IntegerField(allow_null=True)
    uses = serializers.IntegerField(help_text="Counted while there is a limit.")
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class OfferCodePage(serializers.Serializer[Any]):
    items = OfferCodeOut(many=True)
    next = serializers.CharField(allow_null=True)


class CodeBatchOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    prefix = serializers.CharField()
    max_uses = serializers.IntegerField()
    expires_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    export_url = serializers.CharField(help_text="CSV, streamed.")


class CodeBatchPage(serializers.Serializer[Any]):
    items = CodeBatchOut(many=True)
    next = serializers.CharField(allow_null=True)


class MadeCodesOut(serializers.Serializer[Any]):
    code = OfferCodeOut(allow_null=True)
    batch = CodeBatchOut(allow_null=True)


class CodeItemOut(serializers.Serializer[Any]):
    product_id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()


class WalletCodeOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    label = serializers.CharField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(["open", "paused", "used", "expired", "revoked"])
    expires_at = serializers.DateTimeField(allow_null=True)
    issued_at = serializers.DateTimeField()
    items = CodeItemOut(many=True, help_text="What it is for; none: all that the offer covers.")


class WalletOut(serializers.Serializer[Any]):
    items = WalletCodeOut(many=True)


class OpenOfferOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    label = serializers.CharField()
    sentence = serializers.CharField()
    applies = serializers.BooleanField(help_text="With the cart she has.")
    amount = MoneySerializer(allow_null=True)
    why = serializers.CharField()
    ends_at = serializers.DateTimeField(allow_null=True)


class CustomerOffersOut(serializers.Serializer[Any]):
    offers = OpenOfferOut(many=True)
    codes = WalletCodeOut(many=True)


class CodeWhyQuery(InputSerializer):
    customer = StrictUUIDField(required=False, help_text="Judged on her open cart; an empty one without.")


class CodeWhyOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    offer = serializers.CharField()
    works = serializers.BooleanField()
    reason = serializers.CharField()
    customer = serializers.CharField(help_text="Whose it is, where it is personal.")
    uses = serializers.IntegerField()
    max_uses = serializers.IntegerField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)


def money(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}


def show_offer(offer: Offer) -> dict[str, Any]:
    live = offer.live
    return {
        "id": offer.pk, "key": offer.key, "name": offer.name, "status": offer.status, "definition": offer.draft,
        "live": {
            "number": live.number, "definition": live.definition, "sentence": live.sentence,
            "published_at": live.published_at,
        } if live else None,
        "budget": money(offer.budget_minor, offer.currency) if offer.budget_minor is not None else None,
        "max_uses": offer.max_uses, "per_customer": offer.per_customer,
        "used": money(offer.used_minor, offer.currency), "uses": offer.uses,
        "version": offer.version, "updated_at": offer.updated_at,
    }  # fmt: skip


def show_code(code: Code) -> dict[str, Any]:
    names = ("id", "code", "customer_id", "batch_id", "max_uses", "uses", "expires_at", "revoked_at", "reason")
    return {name: getattr(code, name) for name in names}


def show_batch(batch: CodeBatch) -> dict[str, Any]:
    names = ("id", "name", "count", "prefix", "max_uses", "expires_at", "created_at")
    shown = {name: getattr(batch, name) for name in names}
    return shown | {"export_url": f"/api/v1/offers/{batch.offer_id}/batches/{batch.pk}/codes.csv"}


def show_wallet_code(code: WalletCode) -> dict[str, Any]:
    names = ("code", "label", "reason", "state", "expires_at", "issued_at", "items")
    return {name: getattr(code, name) for name in names}


def show_open_offer(offer: OpenOffer, currency: str) -> dict[str, Any]:
    return {
        "id": offer.offer_id, "key": offer.key, "name": offer.name, "label": offer.label, "sentence": offer.sentence,
        "applies": offer.applies, "amount": money(offer.amount_minor, currency) if currency else None,
        "why": offer.why, "ends_at": offer.ends_at,
    }  # fmt: skip


def show_why(answer: CodeAnswer) -> dict[str, Any]:
    code = answer.code
    owner = code.customer
    return {
        "code": code.code, "offer": code.offer.name, "works": answer.works, "reason": answer.reason,
        "customer": f"{owner.first_name} {owner.last_name}".strip() if owner else "",
        "uses": code.uses, "max_uses": code.max_uses, "expires_at": code.expires_at,
    }  # fmt: skip
