"""Input of the orders' endpoints."""

from typing import Any

from rest_framework import serializers

from omnichannel.kernel.channels import Channel
from omnichannel.rest.serializers import (
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictRegexField,
    StrictUUIDField,
)
from orders.states import CaptureMode, ChangeKind, ReturnCondition, ReturnReason

MAX_UNITS = 9_999
MAX_LINES = 200


class StrictEmailField(StrictCharField, serializers.EmailField):
    pass


class AmountInput(InputSerializer):
    """An amount of money that is not negative."""

    amount_minor = StrictIntegerField(min_value=0)
    currency = serializers.RegexField(r"^[A-Z]{3}$")


class MethodInput(InputSerializer):
    """What a provider needs to know. Never a card number: those are typed at the gateway."""

    token = StrictCharField(max_length=200, required=False)
    return_url = StrictCharField(max_length=500, required=False)
    tendered_minor = StrictIntegerField(min_value=0, required=False)
    reference = StrictCharField(max_length=200, required=False)
    brand = StrictCharField(max_length=40, required=False)
    last4 = StrictRegexField(r"^[0-9]{4}$", required=False)
    points = StrictIntegerField(min_value=1, required=False, help_text="For the tender `points`: how many.")


class PaymentInput(InputSerializer):
    """Without an amount the payment takes what is left. `on_handover`: authorised now, captured when goods leave."""

    provider = serializers.RegexField(r"^[a-z_]{1,30}$")
    amount_minor = StrictIntegerField(min_value=1, required=False)
    method = MethodInput(required=False)
    capture = serializers.ChoiceField(choices=CaptureMode.choices, default=CaptureMode.NOW)


class CheckoutInput(InputSerializer):
    """`expected_total` is the total the buyer has seen; another one answers 409 `total_changed` with what stands."""

    expected_total = AmountInput()
    payments = serializers.ListField(child=PaymentInput(), required=False, max_length=10)
    email = StrictEmailField(required=False, max_length=254)
    phone = StrictCharField(max_length=20, required=False, allow_blank=True)
    note = StrictCharField(max_length=500, required=False, allow_blank=True)
    locale = serializers.RegexField(r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})?$", required=False, max_length=10)


class LookupInput(InputSerializer):
    number = StrictCharField(max_length=16)
    email = StrictEmailField(max_length=254)


class UnitsInput(InputSerializer):
    line_id = StrictUUIDField()
    quantity = StrictIntegerField(min_value=1, max_value=MAX_UNITS)


class CancelInput(InputSerializer):
    """Without lines all that has not been handed over. `preview` changes nothing and answers with the money."""

    lines = serializers.ListField(child=UnitsInput(), required=False, min_length=1, max_length=MAX_LINES)
    reason = StrictCharField(max_length=300, required=False, allow_blank=True, default="")
    preview = StrictBooleanField(default=False)


class ReturnLineInput(UnitsInput):
    reason = serializers.ChoiceField(choices=ReturnReason.choices, default=ReturnReason.OTHER)
    condition = serializers.ChoiceField(choices=ReturnCondition.choices, default=ReturnCondition.AS_NEW)


class ReturnPreviewInput(InputSerializer):
    lines = serializers.ListField(child=ReturnLineInput(), min_length=1, max_length=MAX_LINES)


class ReturnInput(ReturnPreviewInput):
    """`store_id`: where the goods are now (a device's own store by itself). `expected_refund`: what the customer was told."""

    store_id = StrictUUIDField(required=False)
    note = StrictCharField(max_length=500, required=False, allow_blank=True, default="")
    expected_refund = AmountInput(required=False)


class OrderAddressInput(InputSerializer):
    name = StrictCharField(max_length=200)
    company = StrictCharField(max_length=200, required=False, allow_blank=True)
    line1 = StrictCharField(max_length=200)
    line2 = StrictCharField(max_length=200, required=False, allow_blank=True)
    city = StrictCharField(max_length=100)
    region = StrictCharField(max_length=100, required=False, allow_blank=True)
    postal_code = StrictCharField(max_length=20, required=False, allow_blank=True)
    country = serializers.RegexField(r"^[A-Z]{2}$")
    phone = StrictCharField(max_length=20, required=False, allow_blank=True)


class EditInput(InputSerializer):
    """One change: `address` with ship_to, `note` with note, `quantity_up` and `quantity_down` with line_id and units."""

    kind = serializers.ChoiceField(
        choices=[ChangeKind.ADDRESS, ChangeKind.NOTE, ChangeKind.QUANTITY_UP, ChangeKind.QUANTITY_DOWN]
    )
    ship_to = OrderAddressInput(required=False)
    note = StrictCharField(max_length=500, required=False)
    line_id = StrictUUIDField(required=False)
    units = StrictIntegerField(min_value=1, max_value=MAX_UNITS, required=False)
    reason = StrictCharField(max_length=300, required=False, allow_blank=True, default="")

    _NEEDS = {  # a constant of the class
        ChangeKind.ADDRESS: ("ship_to",),
        ChangeKind.NOTE: ("note",),
        ChangeKind.QUANTITY_UP: ("line_id", "units"),
        ChangeKind.QUANTITY_DOWN: ("line_id", "units"),
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in self._NEEDS[ChangeKind(attrs["kind"])] if name not in attrs]
        if missing:
            raise serializers.ValidationError(
                {name: serializers.ErrorDetail("This kind of change needs it.", code="required") for name in missing}
            )
        return attrs


class PaymentLinkInput(InputSerializer):
    amount_minor = StrictIntegerField(min_value=1, required=False)


class PayInput(InputSerializer):
    provider = serializers.RegexField(r"^[a-z_]{1,30}$")
    method = MethodInput(required=False)


class ReasonInput(InputSerializer):
    reason = StrictCharField(max_length=300)


class ReadyInput(InputSerializer):
    place = StrictCharField(max_length=60, required=False, allow_blank=True, default="")


class CollectInput(InputSerializer):
    code = StrictCharField(max_length=20)


class ShipInput(InputSerializer):
    carrier = StrictCharField(max_length=60)
    tracking_number = StrictCharField(max_length=100)
    tracking_url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")


class RecordedLineInput(InputSerializer):
    """Amounts are of the whole line: `discount_minor` zero or negative, `tax_minor` what came on top of the price."""

    sku = StrictCharField(max_length=80)
    name = StrictCharField(max_length=300, required=False)
    quantity = StrictIntegerField(min_value=1, max_value=MAX_UNITS)
    unit_price_minor = StrictIntegerField(min_value=0)
    discount_minor = StrictIntegerField(max_value=0, default=0)
    discount_code = StrictCharField(max_length=60, required=False, allow_blank=True, default="")
    tax_minor = StrictIntegerField(min_value=0, default=0)
    tax_included_minor = StrictIntegerField(min_value=0, default=0)


class RecordInput(InputSerializer):
    source = serializers.RegexField(r"^[a-z][a-z0-9_.-]{1,39}$")
    external_id = StrictCharField(max_length=120)
    placed_at = serializers.DateTimeField()
    lines = serializers.ListField(child=RecordedLineInput(), min_length=1, max_length=MAX_LINES)
    total = AmountInput()
    shipping_minor = StrictIntegerField(min_value=0, default=0)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    store_id = StrictUUIDField(required=False)
    customer_id = StrictUUIDField(required=False)
    email = StrictEmailField(required=False, max_length=254)
    phone = StrictCharField(max_length=20, required=False, allow_blank=True, default="")
    ship_to = OrderAddressInput(required=False)
    payment_method = StrictCharField(max_length=60, required=False, allow_blank=True, default="")
    note = StrictCharField(max_length=500, required=False, allow_blank=True, default="")
    takes_stock = StrictBooleanField(default=True)

    def validate_source(self, value: str) -> str:
        if value == "cart":
            raise serializers.ValidationError("Orders from a cart are placed, not recorded.", code="reserved")
        return value
