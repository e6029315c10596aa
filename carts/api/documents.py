"""Shapes of the cart's answers, for the schema alone: the answers themselves are stored text."""

from rest_framework import serializers

from omnichannel.rest.serializers import MoneySerializer


class MarkDocument(serializers.Serializer):
    channel = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    device_id = serializers.UUIDField(allow_null=True)
    associate_id = serializers.UUIDField(allow_null=True)
    by_name = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class ProblemDocument(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    available = serializers.IntegerField(required=False)
    wanted = serializers.IntegerField(required=False)
    was = MoneySerializer(required=False)
    now = MoneySerializer(required=False)


class AdjustmentDocument(serializers.Serializer):
    kind = serializers.ChoiceField(choices=["discount", "shipping", "fee", "tax"])
    label = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    amount = MoneySerializer()
    included = serializers.BooleanField()
    line_id = serializers.UUIDField(allow_null=True)
    on = serializers.ChoiceField(choices=["items", "shipping"])


class LineProduct(serializers.Serializer):
    id = serializers.UUIDField(allow_null=True)
    slug = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)


class LineFulfilment(serializers.Serializer):
    kind = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)


class LineDocument(serializers.Serializer):
    id = serializers.UUIDField()
    sku = serializers.CharField(allow_blank=True)
    variant_id = serializers.UUIDField()
    product = LineProduct()
    name = serializers.CharField(allow_blank=True)
    options = serializers.DictField(child=serializers.CharField())
    image_url = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer()
    list_price = MoneySerializer()
    line_total = MoneySerializer()
    adjustments = AdjustmentDocument(many=True)
    personalisation = serializers.DictField(child=serializers.CharField())
    is_gift = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True)
    fulfilment = LineFulfilment()
    added = MarkDocument()
    changed = MarkDocument()
    problems = ProblemDocument(many=True)


class CartCodeDocument(serializers.Serializer):
    code = serializers.CharField()
    applied = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    label = serializers.CharField(allow_blank=True)


class TotalsDocument(serializers.Serializer):
    items = MoneySerializer()
    discount = MoneySerializer()
    shipping = MoneySerializer()
    tax = MoneySerializer()
    tax_included = MoneySerializer()
    total = MoneySerializer()


class CartCustomer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)


class CartFulfilmentDocument(serializers.Serializer):
    kind = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    places = serializers.ListField(child=serializers.DictField())
    ship_to = serializers.DictField(allow_null=True)
    shipping_method = serializers.CharField(allow_null=True)


class CartDocument(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    currency = serializers.CharField()
    customer = CartCustomer(allow_null=True)
    lines = LineDocument(many=True)
    item_count = serializers.IntegerField()
    codes = CartCodeDocument(many=True)
    adjustments = AdjustmentDocument(many=True)
    totals = TotalsDocument()
    fulfilment = CartFulfilmentDocument()
    email = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    problems = ProblemDocument(many=True)
    needed = serializers.ListField(child=serializers.CharField())
    priced_until = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    updated = MarkDocument()


class OpenedCart(CartDocument):
    token = serializers.CharField(required=False, help_text="A guest's credential for this cart, shown this once.")


class HistoryEntry(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    at = serializers.DateTimeField()
    channel = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    device_id = serializers.UUIDField(allow_null=True)
    associate_id = serializers.UUIDField(allow_null=True)
    by_name = serializers.CharField(allow_blank=True)
    actor = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    data = serializers.DictField()


class CartHistory(serializers.Serializer):
    items = HistoryEntry(many=True)
    next = serializers.CharField(allow_null=True)


class ShippingMethodDocument(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    amount = MoneySerializer()
    min_days = serializers.IntegerField()
    max_days = serializers.IntegerField()
    chosen = serializers.BooleanField()


class ShippingMethods(serializers.Serializer):
    items = ShippingMethodDocument(many=True)
    next = serializers.CharField(allow_null=True)


class MergeLine(serializers.Serializer):
    sku = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    outcomes = serializers.ListField(
        child=serializers.ChoiceField(choices=["added", "summed", "kept", "replaced", "capped", "repriced", "dropped"])
    )
    guest_quantity = serializers.IntegerField()
    quantity_before = serializers.IntegerField()
    quantity = serializers.IntegerField()
    was = MoneySerializer(required=False)
    now = MoneySerializer(required=False)


class MergeDocument(serializers.Serializer):
    id = serializers.UUIDField()
    strategy = serializers.CharField()
    report = MergeLine(many=True)
    cart = CartDocument()


class HandoffDocument(serializers.Serializer):
    code = serializers.CharField()
    url = serializers.CharField()
    qr_svg = serializers.CharField()
    expires_at = serializers.DateTimeField()


class RedeemedDocument(serializers.Serializer):
    cart = CartDocument()
    token = serializers.CharField(
        required=False, help_text="Opens this one cart, for a caller who has no other right to it."
    )
    merge = MergeDocument(required=False)


class CartLinkDocument(serializers.Serializer):
    token = serializers.CharField()
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class WishListItemDocument(serializers.Serializer):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    variant_id = serializers.UUIDField()
    product = LineProduct()
    name = serializers.CharField(allow_blank=True)
    options = serializers.DictField(child=serializers.CharField())
    image_url = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    personalisation = serializers.DictField(child=serializers.CharField())
    note = serializers.CharField(allow_blank=True)
    price = MoneySerializer(allow_null=True)
    price_seen = MoneySerializer(allow_null=True)
    is_sellable = serializers.BooleanField()
    channel = serializers.CharField()
    added_at = serializers.DateTimeField()


class WishListDocument(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["wish", "saved"])
    name = serializers.CharField()
    is_default = serializers.BooleanField()
    is_shared = serializers.BooleanField()
    version = serializers.IntegerField()
    item_count = serializers.IntegerField()


class WishListDetail(WishListDocument):
    items = WishListItemDocument(many=True)


class WishLists(serializers.Serializer):
    items = WishListDocument(many=True)
    next = serializers.CharField(allow_null=True)


class SharedList(serializers.Serializer):
    name = serializers.CharField()
    items = WishListItemDocument(many=True)


class ListShare(serializers.Serializer):
    token = serializers.CharField()
    url = serializers.CharField()
