from django.db import models


class PostState(models.TextChoices):
    PENDING = "pending", "To be looked at"
    RIGHTS_ASKED = "rights_asked", "Rights asked for"
    APPROVED = "approved", "Approved"
    REPOSTED = "reposted", "Reposted"
    REJECTED = "rejected", "Rejected"


POST_TRANSITIONS: dict[PostState, frozenset[PostState]] = {
    PostState.PENDING: frozenset({PostState.RIGHTS_ASKED, PostState.APPROVED, PostState.REJECTED}),
    PostState.RIGHTS_ASKED: frozenset({PostState.APPROVED, PostState.REJECTED}),
    PostState.APPROVED: frozenset({PostState.REPOSTED, PostState.REJECTED}),
    PostState.REPOSTED: frozenset({PostState.REJECTED}),
    # A second look is allowed: nothing was published of it.
    PostState.REJECTED: frozenset({PostState.PENDING}),
}


class Rights(models.TextChoices):
    NONE = "none", "Not asked"
    ASKED = "asked", "Asked"
    GIVEN = "given", "Given"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


class PostSource(models.TextChoices):
    WEBHOOK = "webhook", "The platform"
    UPLOAD = "upload", "Uploaded by staff"
