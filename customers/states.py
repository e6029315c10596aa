from django.db import models


class IdentityKind(models.TextChoices):
    CUSTOMER = "customer", "Customer"
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"
    ANONYMOUS = "anonymous", "Anonymous visitor"
    MEMBERSHIP = "membership", "Membership number"
    SOCIAL = "social", "Social handle"
    EXTERNAL = "external", "Id in another system"


class CustomerSource(models.TextChoices):
    SIGN_UP = "sign_up", "Signed up"
    GUEST_ORDER = "guest_order", "Ordered as a guest"
    STORE = "store", "Enrolled in a store"
    IMPORT = "import", "Imported"
    SOCIAL = "social", "Social"
