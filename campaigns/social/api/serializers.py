"""What the API of social posts takes and shows."""

from rest_framework import serializers

from campaigns.social.rules.handles import PLATFORMS
from campaigns.social.states import PostState, Rights
from omnichannel.rest.serializers import InputSerializer, MoneySerializer, StrictBooleanField, StrictCharField


class HandleInput(InputSerializer):
    platform = serializers.ChoiceField(choices=PLATFORMS)
    handle = StrictCharField(max_length=60)


class AnswerInput(InputSerializer):
    given = StrictBooleanField(help_text="Whether we may show the picture, in the words of `words`.")


class ProductsInput(InputSerializer):
    skus = serializers.ListField(child=StrictCharField(max_length=80), max_length=12)


class PostReasonInput(InputSerializer):
    reason = StrictCharField(max_length=200)


class RepostInput(InputSerializer):
    url = serializers.URLField(max_length=500, required=False, allow_blank=True, default="")


class QueueQuery(InputSerializer):
    state = serializers.ChoiceField(choices=PostState.choices, required=False)


class ShopQuery(InputSerializer):
    product = StrictCharField(max_length=200, required=False)
    currency = StrictCharField(max_length=3, required=False)


class HandleDocument(serializers.Serializer):
    id = serializers.UUIDField()
    platform = serializers.ChoiceField(choices=PLATFORMS)
    handle = serializers.CharField()
    verified = serializers.BooleanField()
    claimed_at = serializers.DateTimeField()
    how = serializers.CharField(help_text="What to do so that it is proven; empty when it is.")


class HandleListDocument(serializers.Serializer):
    items = HandleDocument(many=True)
    next = serializers.CharField(allow_null=True)


class GoodVariantDocument(serializers.Serializer):
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    price = MoneySerializer()
    available = serializers.IntegerField()
    in_stock = serializers.BooleanField()


class GoodDocument(serializers.Serializer):
    product_id = serializers.UUIDField()
    variant_id = serializers.UUIDField()
    sku = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    variant_name = serializers.CharField()
    image_url = serializers.CharField()
    price = MoneySerializer()
    list_price = MoneySerializer()
    sale = serializers.BooleanField()
    available = serializers.IntegerField(help_text="Units that may be promised now, over all sizes and colours.")
    in_stock = serializers.BooleanField()
    variants = GoodVariantDocument(many=True)


class ShopPostDocument(serializers.Serializer):
    id = serializers.UUIDField()
    platform = serializers.CharField()
    handle = serializers.CharField()
    caption = serializers.CharField()
    permalink = serializers.CharField()
    image_url = serializers.CharField()
    alt = serializers.CharField()
    posted_at = serializers.DateTimeField()
    campaign = serializers.CharField(help_text="For the `X-Campaign` header of what is bought from here.")
    products = GoodDocument(many=True)


class ShopPostListDocument(serializers.Serializer):
    items = ShopPostDocument(many=True)
    next = serializers.CharField(allow_null=True)


class PostCustomerDocument(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PostDocument(ShopPostDocument):
    source = serializers.CharField()
    state = serializers.ChoiceField(choices=PostState.choices)
    rights = serializers.ChoiceField(choices=Rights.choices)
    rights_asked_at = serializers.DateTimeField(allow_null=True)
    rights_at = serializers.DateTimeField(allow_null=True)
    rights_url = serializers.CharField(help_text="The page with the question, for a message to the handle.")
    rights_text = serializers.CharField(help_text="A message to the handle, ready to be sent.")
    hashtags = serializers.ListField(child=serializers.CharField())
    customer = PostCustomerDocument(allow_null=True)
    rejected_reason = serializers.CharField()
    approved_at = serializers.DateTimeField(allow_null=True)
    reposted_at = serializers.DateTimeField(allow_null=True)
    repost_url = serializers.CharField()
    rewarded_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class PostListDocument(serializers.Serializer):
    items = PostDocument(many=True)
    next = serializers.CharField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Posts by state.")


class MyPostDocument(serializers.Serializer):
    id = serializers.UUIDField()
    platform = serializers.CharField()
    handle = serializers.CharField()
    caption = serializers.CharField()
    permalink = serializers.CharField()
    image_url = serializers.CharField()
    state = serializers.ChoiceField(choices=PostState.choices)
    rights = serializers.ChoiceField(choices=Rights.choices)
    posted_at = serializers.DateTimeField()
    words = serializers.CharField(help_text="What a yes means.")


class MyPostListDocument(serializers.Serializer):
    items = MyPostDocument(many=True)
    next = serializers.CharField(allow_null=True)


class WebhookDocument(serializers.Serializer):
    received = serializers.BooleanField(help_text="False: it was here before, or has no hashtag of ours.")
