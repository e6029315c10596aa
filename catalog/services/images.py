"""Pictures of a product: uploaded files or addresses."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from catalog.errors import ImageInvalid
from catalog.facts import ProductUpdated
from catalog.models import Product, ProductImage
from catalog.services.documents import publish_products
from catalog.services.locking import lock_product
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.lazily import lazily

Image = lazily("PIL.Image")

MAX_BYTES = 10 * 1024 * 1024
# Sixty megapixels: more than any camera's shop picture, less than what exhausts memory when decoded.
MAX_PIXELS = 60_000_000
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}


def add_image(
    *,
    product_id: UUID,
    url: str = "",
    content: bytes | None = None,
    alt: str = "",
    options: Mapping[str, str] | None = None,
    expected_version: int | None = None,
    by: Context,
    at: datetime,
) -> ProductImage:
    """Add a picture at the end: the address `url`, or a file of `content`, whose kind is read from its bytes.

    Locks   the product.
    Emits   ProductUpdated (`images`).
    Raises  NotFound, Stale, ImageInvalid.
    """
    with transaction.atomic():
        product = lock_product(product_id, expected_version)
        image = ProductImage(product=product, alt=alt, variant_options=dict(options or {}))
        last = ProductImage.objects.filter(product=product).aggregate(last=Max("position"))["last"]
        image.position = 0 if last is None else last + 1
        if content is not None:
            image.file.save(f"{uuid7(at).hex}.{check_file(content)}", ContentFile(content), save=False)
        else:
            image.url = check_address(url)
        image.save()
        _changed(product, by, at)
    return image


def remove_image(
    *, product_id: UUID, position: int, expected_version: int | None = None, by: Context, at: datetime
) -> Product:
    """Take away the picture at this place of the product's pictures (0 is the first); its file goes after commit.

    Locks   the product.
    Emits   ProductUpdated (`images`).
    Raises  NotFound, Stale.
    """
    with transaction.atomic():
        product = lock_product(product_id, expected_version)
        rows = list(ProductImage.objects.filter(product=product).order_by("position", "id"))
        if position >= len(rows):
            raise NotFound()
        image = rows[position]
        if name := image.file.name:
            transaction.on_commit(lambda: default_storage.delete(name), robust=True)
        image.delete()
        _changed(product, by, at)
        product.refresh_from_db(fields=["version"])
    return product


def publish_pictures(*, product_id: UUID, by: Context, at: datetime) -> str:
    """After pictures were put in order on a staff screen: tell it and show it.

    Emits   ProductUpdated (`images`).
    """
    with transaction.atomic():
        _changed(lock_product(product_id), by, at)
    return "The pictures are saved."


def check_address(url: str) -> str:
    """An http(s) address or a path on our own site. Raises ImageInvalid."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ImageInvalid(pointer="/url") from error
    ours = not parts.scheme and not parts.netloc and url.startswith("/")
    if not (ours or (parts.scheme in ("http", "https") and parts.netloc)) or any(c.isspace() for c in url):
        raise ImageInvalid(pointer="/url")
    return url


def check_file(content: bytes) -> str:
    """The file name's ending for what the bytes are. Raises ImageInvalid."""
    if len(content) > MAX_BYTES:
        raise ImageInvalid(pointer="/file")
    try:
        with Image.open(ContentFile(content), formats=list(SUFFIXES)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise ImageInvalid(pointer="/file")
            picture.verify()
            return SUFFIXES[picture.format or ""]
    except (OSError, SyntaxError, ValueError, KeyError) as error:
        raise ImageInvalid(pointer="/file") from error


def _changed(product: Product, by: Context, at: datetime) -> None:
    record(ProductUpdated(product_id=product.pk, changed=("images",)), by=by, at=at)
    publish_products([product.pk], at=at)
