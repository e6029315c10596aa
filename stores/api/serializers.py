"""Input and output of places, devices and stock."""

from typing import Any

from rest_framework import serializers

from omnichannel.rest.serializers import InputSerializer, StrictCharField, StrictIntegerField, StrictUUIDField
from stores.services.adjusting import MAX_UNITS


class NearField(StrictCharField):
    """`latitude,longitude` in degrees."""

    default_error_messages = {"near": "A place is latitude,longitude, for example 43.66,-70.25."}

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            latitude, longitude = (float(part) for part in text.split(","))
        except ValueError:
            self.fail("near")
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            self.fail("near")
        return latitude, longitude


class SkusField(StrictCharField):
    """SKUs with commas between them, a hundred at most."""

    default_error_messages = {"skus": "1 to 100 SKUs with commas between them, 80 characters each at most."}

    def to_internal_value(self, data: Any) -> Any:
        skus = [sku.strip() for sku in super().to_internal_value(data).split(",")]
        if not 1 <= len(skus) <= 100 or not all(0 < len(sku) <= 80 for sku in skus):
            self.fail("skus")
        return list(dict.fromkeys(skus))


class StoresQuery(InputSerializer):
    near = NearField(required=False, max_length=60, help_text="latitude,longitude: nearest first, with distances.")


class AvailabilityIn(InputSerializer):
    skus = SkusField(max_length=8_200, help_text="With commas between them, a hundred at most.")
    near = NearField(required=False, max_length=60)
    store = StrictCharField(required=False, max_length=40, help_text="Only this store: its id or code.")
    in_stock = serializers.BooleanField(required=False, default=False, help_text="Only stores that have one of them.")


class StockQuery(InputSerializer):
    store = StrictCharField(required=False, max_length=40, help_text="Id or code.")
    sku = StrictCharField(required=False, max_length=80)


class EnrolIn(InputSerializer):
    code = StrictCharField(max_length=20)


class SignInIn(InputSerializer):
    associate_id = StrictUUIDField()
    pin = StrictCharField(max_length=8, min_length=4, write_only=True)


class AdjustmentIn(InputSerializer):
    """One of `set_on_hand` (what was counted) and `change_by`, and units that are damaged or thrown away."""

    store = StrictCharField(required=False, max_length=40, help_text="Id or code; a device's own store when absent.")
    sku = StrictCharField(max_length=80)
    set_on_hand = StrictIntegerField(required=False, min_value=0, max_value=MAX_UNITS)
    change_by = StrictIntegerField(required=False, min_value=-MAX_UNITS, max_value=MAX_UNITS)
    damage = StrictIntegerField(required=False, default=0, min_value=-MAX_UNITS, max_value=MAX_UNITS)
    write_off = StrictIntegerField(required=False, default=0, min_value=0, max_value=MAX_UNITS)
    reason = StrictCharField(max_length=200)
    expected_version = StrictIntegerField(required=False, min_value=0)
    expected_on_hand = StrictIntegerField(required=False, min_value=0)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "set_on_hand" in attrs and "change_by" in attrs:
            raise serializers.ValidationError({"change_by": "Either set_on_hand or change_by."}, code="either")
        if not {"set_on_hand", "change_by"} & set(attrs) and not attrs["damage"] and not attrs["write_off"]:
            raise serializers.ValidationError({"change_by": "Say what changes."}, code="required")
        return attrs


class StockLineIn(InputSerializer):
    sku = StrictCharField(max_length=80)
    quantity = StrictIntegerField(min_value=1, max_value=1_000_000)


class ReceiptIn(InputSerializer):
    store = StrictCharField(required=False, max_length=40, help_text="Id or code; a device's own store when absent.")
    lines = serializers.ListField(child=StockLineIn(), min_length=1, max_length=500)
    reason = StrictCharField(required=False, default="", max_length=200, allow_blank=True)
    delivery_id = StrictUUIDField(required=False, help_text="Your id of the delivery; stands in the ledger.")


class ThresholdsIn(InputSerializer):
    safety_stock = StrictIntegerField(required=False, min_value=0, max_value=MAX_UNITS)
    reorder_point = StrictIntegerField(required=False, min_value=0, max_value=MAX_UNITS)
    location = StrictCharField(required=False, max_length=40, allow_blank=True)


class PlaceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()


class AddressOut(serializers.Serializer[Any]):
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()


class StoreOut(PlaceOut):
    kind = serializers.CharField()
    address = AddressOut()
    phone = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    distance_km = serializers.FloatField(allow_null=True)
    time_zone = serializers.CharField()
    opening_hours = serializers.DictField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.CharField())),
        help_text="Local times by ISO weekday, and by date where a day differs.",
    )
    opens_on = serializers.DateField(allow_null=True)
    closes_on = serializers.DateField(allow_null=True)
    is_open = serializers.BooleanField()
    open_until = serializers.DateTimeField(allow_null=True)
    opens_at = serializers.DateTimeField(allow_null=True)
    pickup_enabled = serializers.BooleanField()
    pickup_lead_minutes = serializers.IntegerField()


class StorePageOut(serializers.Serializer[Any]):
    items = StoreOut(many=True)
    next = serializers.CharField(allow_null=True)


class AvailabilityLineOut(serializers.Serializer[Any]):
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    stock_policy = serializers.CharField()
    available = serializers.IntegerField(help_text="What may be promised now.")
    is_sellable = serializers.BooleanField(help_text="True also for back-order and untracked variants.")
    on_hand = serializers.IntegerField(required=False, help_text="For those who work here.")
    incoming = serializers.IntegerField(required=False, help_text="For those who work here.")


class StoreAvailabilityOut(StoreOut):
    pickup_promise_at = serializers.DateTimeField(
        allow_null=True, help_text="When all of it can be collected; null when not all of it is there."
    )
    lines = AvailabilityLineOut(many=True)


class AvailabilityPageOut(serializers.Serializer[Any]):
    items = StoreAvailabilityOut(many=True)
    next = serializers.CharField(allow_null=True)


class DeviceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    channel = serializers.CharField()
    state = serializers.CharField()
    store = PlaceOut()


class EnrolmentOut(serializers.Serializer[Any]):
    device_token = serializers.CharField(help_text="Shown once.")
    device = DeviceOut()


class AssociateOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    is_manager = serializers.BooleanField()
    locked_until = serializers.DateTimeField(allow_null=True)


class AssociatePageOut(serializers.Serializer[Any]):
    items = AssociateOut(many=True)
    next = serializers.CharField(allow_null=True)


class SessionOut(serializers.Serializer[Any]):
    session_token = serializers.CharField(help_text="Shown once; send it as X-Associate-Session.")
    expires_at = serializers.DateTimeField()
    associate = AssociateOut()


class CurrentDeviceOut(serializers.Serializer[Any]):
    device = DeviceOut()
    associate = AssociateOut(allow_null=True)


class LevelOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    store = PlaceOut()
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    backordered = serializers.IntegerField()
    safety_stock = serializers.IntegerField()
    available = serializers.IntegerField(help_text="On hand − reserved − safety stock, never below 0.")
    incoming = serializers.IntegerField()
    damaged = serializers.IntegerField()
    reorder_point = serializers.IntegerField()
    location = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class LevelPageOut(serializers.Serializer[Any]):
    items = LevelOut(many=True)
    next = serializers.CharField(allow_null=True)


class LevelsOut(serializers.Serializer[Any]):
    items = LevelOut(many=True)


class MovementOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    store = PlaceOut()
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    kind = serializers.CharField()
    on_hand_delta = serializers.IntegerField()
    reserved_delta = serializers.IntegerField()
    backordered_delta = serializers.IntegerField()
    incoming_delta = serializers.IntegerField()
    damaged_delta = serializers.IntegerField()
    reason = serializers.CharField()
    reference_kind = serializers.CharField()
    reference_id = serializers.UUIDField(allow_null=True)
    actor = serializers.CharField()
    channel = serializers.CharField()
    at = serializers.DateTimeField()


class MovementPageOut(serializers.Serializer[Any]):
    items = MovementOut(many=True)
    next = serializers.CharField(allow_null=True)
