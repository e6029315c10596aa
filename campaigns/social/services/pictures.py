"""Pictures of posts: checked by what they are, not by their name, and kept in the shop's own storage."""

from datetime import datetime
from io import BytesIO

from django.core.files.base import ContentFile

from campaigns.social.errors import PictureInvalid
from campaigns.social.models import Post
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.lazily import lazily

Image, ImageOps = lazily("PIL.Image"), lazily("PIL.ImageOps")

MAX_BYTES = 10 * 1024 * 1024
# Sixty megapixels: more than any phone's picture, less than what exhausts memory when decoded.
MAX_PIXELS = 60_000_000
MAX_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


def keep_picture(post: Post, content: bytes, *, at: datetime) -> None:
    """Put a picture on a post that is not saved yet: upright, at most 1,600 px, without what the camera wrote into it.

    Raises  PictureInvalid.
    """
    if len(content) > MAX_BYTES:
        raise PictureInvalid(pointer="/file")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            if opened.width * opened.height > MAX_PIXELS or min(opened.size) < 100:
                raise PictureInvalid(pointer="/file")
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PictureInvalid(pointer="/file") from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    # Written anew: place and camera in the EXIF are nobody's business, and no foreign bytes are served by us.
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=86, optimize=True)
    post.media.save(f"{uuid7(at).hex}.jpg", ContentFile(buffer.getvalue()), save=False)
