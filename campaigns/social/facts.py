"""What social posts make known."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _PostFact(Fact):
    SUBJECT: ClassVar[str] = "post_id"
    post_id: UUID
    customer_id: UUID | None
    platform: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReceived(_PostFact):
    """A picture with the brand's hashtag came in."""

    NAME: ClassVar[str] = "post.received"
    hashtag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRightsAsked(_PostFact):
    NAME: ClassVar[str] = "post.rights_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRightsGiven(_PostFact):
    """Its owner allows us to show it; `how` says where they said so."""

    NAME: ClassVar[str] = "post.rights_given"
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRightsRefused(_PostFact):
    """Its owner said no, or took back their yes: it is shown nowhere from now on."""

    NAME: ClassVar[str] = "post.rights_refused"
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostApproved(_PostFact):
    NAME: ClassVar[str] = "post.approved"
    product_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRejected(_PostFact):
    NAME: ClassVar[str] = "post.rejected"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReposted(_PostFact):
    """The brand shows it in its own account, at `url`."""

    NAME: ClassVar[str] = "post.reposted"
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowVerified(Fact):
    """The platform says that a customer's handle follows us: the handle is proven theirs."""

    NAME: ClassVar[str] = "follow.verified"
    SUBJECT: ClassVar[str] = "follow_id"
    follow_id: UUID
    customer_id: UUID
    platform: str
    handle: str


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "post.received": "@{data[handle]} posted a picture with #{data[hashtag]} on {data[platform]}",
    "post.rights_asked": "We asked @{data[handle]} whether we may show their picture",
    "post.rights_given": "@{data[handle]} said yes to showing their picture",
    "post.rights_refused": "@{data[handle]} said no to showing their picture",
    "post.approved": "The picture of @{data[handle]} was approved",
    "post.rejected": "The picture of @{data[handle]} was not taken: {data[reason]}",
    "post.reposted": "The brand reposted the picture of @{data[handle]}",
    "follow.verified": "Follows the brand on {data[platform]} as @{data[handle]}",
}
