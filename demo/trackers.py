"""The write keys of the demo's own shops. They stand in pages anybody may read, as every tracker's key does."""

from omnichannel.kernel.channels import Channel

#: Client of the demo: name of the source, its channel, its write key. The tablet is shared: it tracks nobody.
TRACKERS = {
    "web": ("Marram web shop", Channel.WEB, "demo-web-shop"),
    "phone": ("Marram phone shop", Channel.MOBILE, "demo-phone-shop"),
    "social": ("Marram on social media", Channel.SOCIAL, "demo-social-shop"),
}


def write_key(client: str) -> str:
    """The key of this client's tracker, empty for one that has none."""
    found = TRACKERS.get(client)
    return found[2] if found else ""
