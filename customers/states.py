from django.db import models

from omnichannel.kernel.channels import Channel


class IdentityKind(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"
    ANONYMOUS = "anonymous", "Anonymous visitor"
    MEMBERSHIP = "membership", "Membership number"
    SOCIAL = "social", "Social handle"
    EXTERNAL = "external", "Id in another system"
    ORDER = "order", "Order of a guest"


class CustomerSource(models.TextChoices):
    SIGN_UP = "sign_up", "Signed up"
    GUEST_ORDER = "guest_order", "Ordered as a guest"
    STORE = "store", "Enrolled in a store"
    IMPORT = "import", "Imported"
    SOCIAL = "social", "Social"
    NEWSLETTER = "newsletter", "Asked for the newsletter"
    TRACKED = "tracked", "Told by another system"


class ConsentChannel(models.TextChoices):
    EMAIL = "email", "Email"
    SMS = "sms", "Text message"
    PUSH = "push", "Push message"
    MAIL = "mail", "Post"
    INBOX = "inbox", "In-app inbox"
    TABLET = "tablet", "Store tablet"
    ADS = "ads", "Advertising"
    SOCIAL = "social", "Social media"


class ConsentPurpose(models.TextChoices):
    MARKETING = "marketing", "News and offers"
    ADVERTISING = "advertising", "Advertising on other sites"
    PHOTOS = "photos", "Showing my photos"


class ConsentState(models.TextChoices):
    GRANTED = "granted", "Given"
    WITHDRAWN = "withdrawn", "Withdrawn"


#: Where tracked events come from; the rest of the channels speak to us in other ways.
SOURCE_CHANNELS = [
    (channel.value, channel.label)
    for channel in (
        Channel.WEB,
        Channel.MOBILE,
        Channel.TABLET,
        Channel.POS,
        Channel.SOCIAL,
        Channel.EMAIL,
        Channel.SMS,
        Channel.PUSH,
        Channel.VOICE,
        Channel.MARKETPLACE,
        Channel.PHONE,
        Channel.MAIL,
    )
]
