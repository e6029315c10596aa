"""What social posts refuse, by code."""

from typing import ClassVar

from omnichannel.kernel.errors import Conflict, Forbidden, NotFound, RuleViolation


class PostNotFound(NotFound):
    """There is no such post, or it is somebody else's."""


class PostState(Conflict):
    code: ClassVar[str] = "post_state"
    title: ClassVar[str] = "This step does not follow the post's present state."


class RightsMissing(Conflict):
    code: ClassVar[str] = "rights_missing"
    title: ClassVar[str] = "Whoever took the picture has not given the right to show it."


class NothingTagged(Conflict):
    code: ClassVar[str] = "nothing_tagged"
    title: ClassVar[str] = "Tag what is to be seen first, so that the post can be shopped."


class RightsNotAsked(Conflict):
    code: ClassVar[str] = "rights_not_asked"
    title: ClassVar[str] = "Nobody has asked for this picture."


class PictureInvalid(RuleViolation):
    code: ClassVar[str] = "picture_invalid"
    title: ClassVar[str] = "This is not a picture we can show: JPEG, PNG or WebP, up to 10 MB."


class WebhookSignatureInvalid(Forbidden):
    code: ClassVar[str] = "webhook_signature_invalid"
    title: ClassVar[str] = "The message is not signed with the secret we share."


class WebhookUnreadable(RuleViolation):
    code: ClassVar[str] = "webhook_unreadable"
    title: ClassVar[str] = "The message cannot be read."


class HandleTaken(Conflict):
    code: ClassVar[str] = "handle_taken"
    title: ClassVar[str] = "Somebody else has proven that this handle is theirs."


class HandleInvalid(RuleViolation):
    code: ClassVar[str] = "handle_invalid"
    title: ClassVar[str] = "A handle has letters, digits, dots and underscores only."


class TooManyHandles(Conflict):
    code: ClassVar[str] = "too_many_handles"
    title: ClassVar[str] = "That is more handles than one person has."


class LinkNotValid(NotFound):
    code: ClassVar[str] = "rights_link_not_valid"
    title: ClassVar[str] = "This link is not valid any more."
