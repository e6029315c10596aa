"""What a rule may speak of: fields, operators, kinds, and the words for them."""

from dataclasses import dataclass, field

NUMBER_OPS: dict[str, str] = {
    ">=": "at least",
    "<=": "at most",
    ">": "more than",
    "<": "less than",
    "is": "exactly",
}
TEXT_OPS: dict[str, str] = {
    "is": "is",
    "is_not": "is not",
    "one_of": "is one of",
    "contains": "contains",
    "exists": "is known",
    "missing": "is not known",
}
TIME_OPS: dict[str, str] = {
    "within": "in the last",
    "older": "longer ago than",
    "before": "before",
    "after": "on or after",
}
TAG_OPS: dict[str, str] = {"has": "include", "has_not": "do not include"}


@dataclass(frozen=True, slots=True)
class Field:
    """`type` text, moment, tags or flag; `of` customer or address (any of theirs); `deed` what was done at a moment."""

    label: str
    type: str = "text"
    of: str = "customer"
    deed: str = ""


PROFILE_FIELDS: dict[str, Field] = {
    "first_name": Field("first name"),
    "last_name": Field("last name"),
    "email": Field("email address"),
    "phone": Field("phone number"),
    "locale": Field("language"),
    "time_zone": Field("time zone"),
    "currency": Field("currency"),
    "source": Field("source"),
    "number": Field("customer number"),
    "note": Field("note"),
    "tags": Field("tags", "tags"),
    "created_at": Field("customer since", "moment", deed="became a customer"),
    "email_verified_at": Field("email proven", "moment", deed="proved their email address"),
    "city": Field("city", of="address"),
    "region": Field("state or region", of="address"),
    "postal_code": Field("postal code", of="address"),
    "country": Field("country", of="address"),
}

IDENTITY_KINDS: dict[str, str] = {
    "email": "an email address",
    "phone": "a phone number",
    "anonymous": "a recognised browser or app",
    "membership": "a membership number",
    "social": "a social handle",
    "external": "an id in another system",
}
CONSENT_CHANNELS: dict[str, str] = {
    "email": "email",
    "sms": "text message",
    "push": "push message",
    "mail": "post",
    "inbox": "the app's inbox",
    "tablet": "the store tablet",
    "ads": "advertising",
    "social": "social media",
}
CONSENT_PURPOSES: dict[str, str] = {
    "marketing": "news and offers",
    "advertising": "advertising on other sites",
    "photos": "showing their photos",
}
CONSENT_STATES: dict[str, str] = {"granted": "gave", "withdrawn": "withdrew", "none": "never gave"}
CHANNELS: dict[str, str] = {
    "web": "on the website",
    "mobile": "in the app",
    "tablet": "on the store tablet",
    "pos": "at the till",
    "social": "on social media",
    "email": "by email",
    "sms": "by text message",
    "push": "by push message",
    "voice": "by voice",
    "marketplace": "on a marketplace",
    "phone": "by phone",
    "mail": "by post",
}
POINT_UNITS: dict[str, str] = {"points": "points", "pending": "pending points", "credit": "store credit"}
RFM_PARTS: dict[str, str] = {"recency": "recency", "frequency": "frequency", "monetary": "spending"}

#: Events of the e-commerce tracking specification: known before the first one came in.
TRACKED_EVENTS: dict[str, str] = {
    "page": "visited a page",
    "screen": "opened an app screen",
    "identify": "made themself known",
    "Products Searched": "searched",
    "Product List Viewed": "looked at a list",
    "Product List Filtered": "filtered a list",
    "Promotion Viewed": "saw a promotion",
    "Promotion Clicked": "clicked a promotion",
    "Product Clicked": "clicked a product",
    "Product Viewed": "looked at",
    "Product Added": "added to a cart",
    "Product Removed": "removed from a cart",
    "Cart Viewed": "looked at the cart",
    "Checkout Started": "began to check out",
    "Checkout Step Viewed": "saw a checkout step",
    "Checkout Step Completed": "finished a checkout step",
    "Payment Info Entered": "entered payment details",
    "Coupon Entered": "entered a coupon",
    "Product Shared": "shared a product",
    "Cart Shared": "shared the cart",
    "Product Reviewed": "reviewed a product",
    "Product Added to Wishlist": "wished for",
    "Product Removed from Wishlist": "no longer wished for",
}

#: What an event is asked about besides its own properties.
EVENT_FIELDS: dict[str, str] = {
    "category": "category",
    "product": "product",
    "channel": "channel",
    "store": "store",
    "campaign": "campaign",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What exists now, to check a rule against. None in a field: not checked.

    segments  key → the keys of segments that its own rule names (to find circles).
    """

    events: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    products: frozenset[str] | None = None
    stores: frozenset[str] | None = None
    segments: dict[str, tuple[str, ...]] | None = None
    labels: frozenset[str] | None = None
    names: dict[str, str] = field(default_factory=dict)


NOTHING_KNOWN = Known()
