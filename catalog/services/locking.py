"""A product with its variants, prices, pictures and relations is locked as one: by its row."""

from uuid import UUID

from catalog.models import Product
from omnichannel.kernel.errors import NotFound, Stale
from omnichannel.kernel.locks import lock_rows


def lock_product(product_id: UUID, expected_version: int | None = None) -> Product:
    """Raises NotFound, Stale (with the version that stands)."""
    product = lock_rows(Product.objects.filter(pk=product_id).defer("search")).first()
    if product is None:
        raise NotFound()
    if expected_version is not None and expected_version != product.version:
        raise Stale(version=product.version)
    return product
