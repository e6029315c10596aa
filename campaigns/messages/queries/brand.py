"""The brand kit as templates see it."""

from campaigns.messages.rules.rendering import contrast_colour
from omnichannel.brand.models import BrandKit


def brand_kit() -> BrandKit:
    return BrandKit.objects.first() or BrandKit(name="Omnichannel")


def brand_data(kit: BrandKit | None = None) -> dict[str, str]:
    kit = kit or brand_kit()
    footer = "\n".join(part for part in (kit.legal_name, kit.postal_address) if part)
    return {
        "name": kit.name,
        "tagline": kit.tagline,
        "footer": footer or kit.name,
        "colour": kit.colour,
        "on_colour": contrast_colour(kit.colour),
        "support_url": kit.support_url,
        "storefront_url": kit.storefront_url,
    }
