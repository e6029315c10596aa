"""The letter that a brand's order numbers begin with."""

from time import monotonic

from omnichannel.brand.models import BrandKit

_KEEP_SECONDS = 60.0
_kept: tuple[float, str] | None = None


def brand_initial() -> str:
    """The first letter of the brand's name, read once a minute: an order must not cost a statement for it."""
    global _kept
    if _kept is None or monotonic() - _kept[0] > _KEEP_SECONDS:
        name = BrandKit.objects.values_list("name", flat=True).first() or ""
        letter = next((character for character in name.upper() if character.isascii() and character.isalpha()), "O")
        _kept = (monotonic(), letter)
    return _kept[1]
