"""Shapes of the answers, for the schema alone: the answers are made by `orders.rules.documents`."""

from rest_framework import serializers

from omnichannel.rest.serializers import MoneySerializer


class OrderTotals(serializers.Serializer):
    items = MoneySerializer()
    discount = MoneySerializer()
    shipping = MoneySerializer()
    tax = MoneySerializer()
    tax_included = MoneySerializer()
    total = MoneySerializer()
    current_total = MoneySerializer(help_text="After every recorded cancellation, edit and return.")
    paid = MoneySerializer()
    refunded = MoneySerializer()
    open = MoneySerializer(help_text="Still to be paid.")


class AddedMark(serializers.Serializer):
    channel = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    device_id = serializers.UUIDField(allow_null=True)
    associate_id = serializers.UUIDField(allow_null=True)


class OrderLineDocument(serializers.Serializer):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    sku = serializers.CharField()
    variant_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    personalisation = serializers.DictField(child=serializers.CharField())
    is_gift = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()
    returned_quantity = serializers.IntegerField()
    unit_price = MoneySerializer()
    list_price = MoneySerializer(allow_null=True)
    discount = MoneySerializer()
    tax = MoneySerializer()
    tax_included = MoneySerializer()
    total = MoneySerializer()
    added = AddedMark()


class OrderAdjustmentDocument(serializers.Serializer):
    kind = serializers.CharField()
    label = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    amount = MoneySerializer()
    included = serializers.BooleanField()
    line_id = serializers.UUIDField(allow_null=True)


class PaymentDocument(serializers.Serializer):
    id = serializers.UUIDField()
    provider = serializers.CharField()
    state = serializers.CharField()
    amount = MoneySerializer()
    captured = MoneySerializer()
    refunded = MoneySerializer()
    method = serializers.DictField(child=serializers.JSONField())
    client_secret = serializers.CharField(allow_null=True)
    action_url = serializers.CharField(allow_null=True)
    failure_code = serializers.CharField(allow_null=True)
    failure_message = serializers.CharField(allow_null=True)


class RefundDocument(serializers.Serializer):
    id = serializers.UUIDField()
    payment_id = serializers.UUIDField()
    cause = serializers.CharField()
    amount = MoneySerializer()
    state = serializers.CharField()


class PartLineDocument(serializers.Serializer):
    line_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    cancelled_quantity = serializers.IntegerField()


class PartStepDocument(serializers.Serializer):
    # `from` is a word of Python.
    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            "from": serializers.CharField(allow_blank=True),
            "to": serializers.CharField(),
            "reason": serializers.CharField(allow_blank=True),
            "at": serializers.DateTimeField(),
        }


class FulfilmentDocument(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    lines = PartLineDocument(many=True)
    promised_at = serializers.DateTimeField(allow_null=True)
    collect_until = serializers.DateTimeField(allow_null=True)
    pickup_code = serializers.CharField(allow_null=True, help_text="Once ready; for the buyer's eyes alone.")
    carrier = serializers.CharField(allow_blank=True)
    tracking_number = serializers.CharField(allow_blank=True)
    tracking_url = serializers.CharField(allow_blank=True)
    ship_to = serializers.DictField(child=serializers.JSONField())
    shipping_method = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    history = PartStepDocument(many=True)


class ChangeDocument(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    data = serializers.DictField(child=serializers.JSONField())
    money_delta = MoneySerializer()
    channel = serializers.CharField()
    at = serializers.DateTimeField()


class ReturnLineDocument(serializers.Serializer):
    line_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    reason = serializers.CharField()
    condition = serializers.CharField()
    refund = MoneySerializer()


class ReturnDocument(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    refund = MoneySerializer()
    channel = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    at = serializers.DateTimeField()
    lines = ReturnLineDocument(many=True)


class OrderDocument(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    payment_status = serializers.CharField()
    source = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    channel = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    customer_id = serializers.UUIDField(allow_null=True)
    cart_id = serializers.UUIDField(allow_null=True)
    email = serializers.CharField(allow_blank=True)
    currency = serializers.CharField()
    totals = OrderTotals()
    lines = OrderLineDocument(many=True)
    adjustments = OrderAdjustmentDocument(many=True)
    payments = PaymentDocument(many=True)
    refunds = RefundDocument(many=True)
    fulfilments = FulfilmentDocument(many=True)
    changes = ChangeDocument(many=True)
    returns = ReturnDocument(many=True)
    ship_to = serializers.DictField(child=serializers.JSONField())
    note = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    placed_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    pay_until = serializers.DateTimeField(allow_null=True)


class OrderSummary(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.CharField()
    payment_status = serializers.CharField()
    channel = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    customer_id = serializers.UUIDField(allow_null=True)
    total = MoneySerializer()
    refunded = MoneySerializer()
    item_count = serializers.IntegerField()
    placed_at = serializers.DateTimeField()


class OrderList(serializers.Serializer):
    items = OrderSummary(many=True)
    next = serializers.CharField(allow_null=True)


class StatusDocument(serializers.Serializer):
    """What a guest may see who knows number and email."""

    number = serializers.CharField()
    status = serializers.CharField()
    payment_status = serializers.CharField()
    currency = serializers.CharField()
    totals = OrderTotals()
    placed_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    lines = serializers.ListField(child=serializers.DictField())
    fulfilments = serializers.ListField(child=serializers.DictField())


class LineWorth(serializers.Serializer):
    line_id = serializers.UUIDField()
    amount = MoneySerializer()


class TenderBack(serializers.Serializer):
    payment_id = serializers.UUIDField()
    way = serializers.ChoiceField(choices=["refund", "void", "capture_less"])
    amount = MoneySerializer()


class MoneyPreviewDocument(serializers.Serializer):
    """What a change would move: the worth of the units, and what goes back by tender, first to last."""

    worth = MoneySerializer()
    shipping = MoneySerializer()
    refund = MoneySerializer()
    lines = LineWorth(many=True)
    refunds = TenderBack(many=True)


class EditPreviewDocument(serializers.Serializer):
    money_delta = MoneySerializer()
    refund = MoneySerializer()
    open = MoneySerializer()


class PaymentLinkDocument(serializers.Serializer):
    id = serializers.UUIDField()
    url = serializers.CharField()
    token = serializers.CharField()
    amount = MoneySerializer()
    expires_at = serializers.DateTimeField()


class PayableDocument(serializers.Serializer):
    number = serializers.CharField()
    amount = MoneySerializer()
    paid = serializers.BooleanField()
    expires_at = serializers.DateTimeField()
    providers = serializers.ListField(child=serializers.CharField())


class QuoteProblem(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    line_id = serializers.UUIDField(allow_null=True)


class QuoteTotals(serializers.Serializer):
    items = MoneySerializer()
    discount = MoneySerializer()
    shipping = MoneySerializer()
    tax = MoneySerializer()
    tax_included = MoneySerializer()
    total = MoneySerializer()


class ShippingOptionDocument(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    amount = MoneySerializer()
    min_days = serializers.IntegerField()
    max_days = serializers.IntegerField()


class QuoteDocument(serializers.Serializer):
    """What placing would come to now, and what still stands in the way."""

    totals = QuoteTotals()
    problems = QuoteProblem(many=True)
    needed = serializers.ListField(child=serializers.CharField())
    shipping_options = ShippingOptionDocument(many=True)
    priced_until = serializers.DateTimeField(allow_null=True)
    providers = serializers.ListField(child=serializers.CharField(), help_text="Ways of paying open to this caller.")


class FulfilmentTask(FulfilmentDocument):
    order_id = serializers.UUIDField()
    order_number = serializers.CharField()
    customer_id = serializers.UUIDField(allow_null=True)
    items = serializers.ListField(child=serializers.DictField())


class FulfilmentList(serializers.Serializer):
    items = FulfilmentTask(many=True)
    next = serializers.CharField(allow_null=True)


class RecordedDocument(serializers.Serializer):
    order_id = serializers.UUIDField()
    number = serializers.CharField()
    is_new = serializers.BooleanField(help_text="False: it was here already, and nothing changed.")
    missing = serializers.DictField(
        child=serializers.IntegerField(), help_text="Units sold beyond the ledger, by variant."
    )


class ReceivedDocument(serializers.Serializer):
    received = serializers.BooleanField()
