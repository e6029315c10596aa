"""Input of the cart's endpoints."""

import uuid
from typing import Any

from rest_framework import serializers

from carts.rules.lines import MAX_QUANTITY
from carts.states import FulfilmentKind, MergeStrategy
from omnichannel.rest.serializers import (
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictUUIDField,
)

MAX_OPERATIONS = 200


class PersonalisationField(serializers.DictField):
    """What is written or chosen for this piece alone: up to ten short texts by name."""

    default_error_messages = {
        "many": "At most ten wishes.",
        "name": "A name has 1 to 40 characters.",
        "control": "Control characters are not allowed.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(child=StrictCharField(max_length=200), **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, dict):
            if len(data) > 10:
                self.fail("many")
            if any(not isinstance(name, str) or not 1 <= len(name) <= 40 for name in data):
                self.fail("name")
            if any(not name.isprintable() for name in data):
                self.fail("control")
        value: dict[str, str] = super().to_internal_value(data)
        return value


class FulfilmentInput(InputSerializer):
    kind = serializers.ChoiceField(choices=FulfilmentKind.choices)
    store_id = StrictUUIDField(required=False, allow_null=True)


class LineInput(InputSerializer):
    """Name the thing by exactly one of `sku`, `barcode` or `variant_id`."""

    sku = StrictCharField(max_length=80, required=False)
    barcode = StrictCharField(max_length=32, required=False)
    variant_id = StrictUUIDField(required=False)
    quantity = StrictIntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)
    personalisation = PersonalisationField(required=False)
    note = StrictCharField(max_length=500, required=False, allow_blank=True)
    is_gift = StrictBooleanField(required=False)
    fulfilment = FulfilmentInput(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum(name in attrs for name in ("sku", "barcode", "variant_id")) != 1:
            raise serializers.ValidationError(
                {"sku": "Give exactly one of sku, barcode and variant_id."}, code="one_of"
            )
        return attrs


class LineChangeInput(InputSerializer):
    """A quantity of 0 takes the line out. Fields not given stay as they are."""

    quantity = StrictIntegerField(min_value=0, max_value=MAX_QUANTITY, required=False)
    note = StrictCharField(max_length=500, required=False, allow_blank=True)
    is_gift = StrictBooleanField(required=False)
    fulfilment = FulfilmentInput(required=False)


class OperationInput(InputSerializer):
    """`add` takes what POST /cart/lines takes; `set` what PATCH takes; `remove`, `note`, `gift` a line; `clear` nothing."""

    op = serializers.ChoiceField(choices=["add", "set", "remove", "clear", "note", "gift"])
    line_id = StrictUUIDField(required=False)
    sku = StrictCharField(max_length=80, required=False)
    barcode = StrictCharField(max_length=32, required=False)
    variant_id = StrictUUIDField(required=False)
    quantity = StrictIntegerField(min_value=0, max_value=MAX_QUANTITY, required=False)
    personalisation = PersonalisationField(required=False)
    note = StrictCharField(max_length=500, required=False, allow_blank=True)
    is_gift = StrictBooleanField(required=False)
    fulfilment = FulfilmentInput(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        op = attrs["op"]
        if op == "add":
            if sum(name in attrs for name in ("sku", "barcode", "variant_id")) != 1:
                raise serializers.ValidationError(
                    {"sku": "Give exactly one of sku, barcode and variant_id."}, code="one_of"
                )
            if attrs.get("quantity") == 0:
                raise serializers.ValidationError({"quantity": "Add at least one."}, code="min_value")
        elif op in ("set", "remove", "gift") and "line_id" not in attrs:
            raise serializers.ValidationError({"line_id": "This field is required."}, code="required")
        if op == "gift" and "is_gift" not in attrs:
            raise serializers.ValidationError({"is_gift": "This field is required."}, code="required")
        if op == "note" and "note" not in attrs:
            raise serializers.ValidationError({"note": "This field is required."}, code="required")
        return attrs


class BatchInput(InputSerializer):
    operations = serializers.ListField(child=OperationInput(), min_length=1, max_length=MAX_OPERATIONS)


class ScanInput(InputSerializer):
    """`code` as the scanner read it: SKU, EAN, GS1 link or the address in a store's QR."""

    code = StrictCharField(max_length=500)
    store = StrictCharField(max_length=40, required=False, help_text="Code or id of the store whose QR it was.")
    quantity = StrictIntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)


class OpenCartInput(InputSerializer):
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)


class CodeInput(InputSerializer):
    code = StrictCharField(max_length=60)


class ContactInput(InputSerializer):
    email = serializers.EmailField(max_length=254, allow_blank=True)

    def validate_email(self, value: str) -> str:
        return StrictCharField(allow_blank=True).run_validation(value).lower()


class NoteInput(InputSerializer):
    note = StrictCharField(max_length=500, allow_blank=True)


class AddressInput(InputSerializer):
    name = StrictCharField(max_length=200)
    company = StrictCharField(max_length=200, required=False, allow_blank=True)
    line1 = StrictCharField(max_length=200)
    line2 = StrictCharField(max_length=200, required=False, allow_blank=True)
    city = StrictCharField(max_length=100)
    region = StrictCharField(max_length=100, required=False, allow_blank=True)
    postal_code = StrictCharField(max_length=20, required=False, allow_blank=True)
    country = serializers.RegexField(r"^[A-Z]{2}$")
    phone = StrictCharField(max_length=20, required=False, allow_blank=True)


class CartFulfilmentInput(InputSerializer):
    """How the cart reaches the customer. `lines` gives single lines a way of their own; "" back to the cart's."""

    kind = serializers.ChoiceField(choices=FulfilmentKind.choices, required=False)
    store_id = StrictUUIDField(required=False, allow_null=True)
    ship_to = AddressInput(required=False, allow_null=True)
    shipping_method = StrictCharField(max_length=40, required=False, allow_blank=True)
    lines = serializers.DictField(child=FulfilmentInput(), required=False)

    def validate_lines(self, value: dict[str, Any]) -> dict[uuid.UUID, Any]:
        field = StrictUUIDField()
        return {field.run_validation(line_id): entry for line_id, entry in value.items()}


class MergeInput(InputSerializer):
    token = StrictCharField(max_length=100)
    strategy = serializers.ChoiceField(choices=MergeStrategy.choices, required=False)


class WhoseInput(InputSerializer):
    customer_id = StrictUUIDField()
    strategy = serializers.ChoiceField(choices=MergeStrategy.choices, required=False)


class HandoffCodeInput(InputSerializer):
    code = StrictCharField(max_length=40)


class LinkInput(InputSerializer):
    product = StrictCharField(max_length=200, required=False, help_text="Slug of the product page the link opens.")
    days = StrictIntegerField(min_value=1, max_value=90, default=14)


class LinkTokenInput(InputSerializer):
    token = StrictCharField(max_length=100)


class WishListInput(InputSerializer):
    name = StrictCharField(max_length=100)


class WishListItemInput(InputSerializer):
    sku = StrictCharField(max_length=80, required=False)
    barcode = StrictCharField(max_length=32, required=False)
    quantity = StrictIntegerField(min_value=1, max_value=MAX_QUANTITY, default=1)
    personalisation = PersonalisationField(required=False)
    note = StrictCharField(max_length=500, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("sku" in attrs) == ("barcode" in attrs):
            raise serializers.ValidationError({"sku": "Give exactly one of sku and barcode."}, code="one_of")
        return attrs


class MoveToListInput(InputSerializer):
    list_id = StrictUUIDField(required=False, help_text="The customer's default list when absent.")
