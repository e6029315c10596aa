"""Handles and hashtags as platforms write them. Pure."""

import re

_HANDLE = re.compile(r"[a-z0-9._]{1,30}\Z")
_TAG = re.compile(r"#(\w{1,100})")
PLATFORMS = ("instagram", "facebook", "tiktok", "pinterest")


def normal_handle(typed: str) -> str:
    """Lower case, without the @; empty when it is none."""
    bare = typed.strip().lstrip("@").lower()
    return bare if _HANDLE.match(bare) else ""


def identity_value(platform: str, handle: str) -> str:
    """How a handle stands among a customer's identities."""
    return f"{platform}:{handle}"


def hashtags_of(caption: str) -> list[str]:
    """The hashtags of a text in lower case, each once, in order."""
    return list(dict.fromkeys(tag.lower() for tag in _TAG.findall(caption)))[:50]
