"""Reading the brand kit."""

from omnichannel.brand.models import BrandKit


def get_brand() -> BrandKit:
    """The brand kit; the built-in one, unsaved, where none has been made yet."""
    return BrandKit.objects.first() or BrandKit(name="Omnichannel")
