"""A picture within a page: for whoever holds a link and has no credential to fetch it with."""

import base64
from io import BytesIO

from campaigns.social.models import Post
from omnichannel.kernel.lazily import lazily

Image = lazily("PIL.Image")

SIDE = 720


def small_picture(post: Post) -> str:
    """As a `data:` address; empty without one."""
    if not post.media:
        return ""
    try:
        with post.media.open("rb") as file, Image.open(file) as picture:
            picture.thumbnail((SIDE, SIDE))
            buffer = BytesIO()
            picture.save(buffer, "JPEG", quality=82)
    except OSError:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
