"""The brand kit over the wire: what clients need to look and speak like the brand."""

from typing import Any

from rest_framework import serializers

from omnichannel.brand.models import BrandKit


class BrandOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    tagline = serializers.CharField()
    legal_name = serializers.CharField()
    postal_address = serializers.CharField()
    logo_svg = serializers.CharField()
    colour = serializers.CharField()
    default_currency = serializers.CharField()
    currencies = serializers.ListField(child=serializers.CharField(), help_text="All currencies, the default first.")
    locale = serializers.CharField()
    time_zone = serializers.CharField()
    support_url = serializers.CharField()
    storefront_url = serializers.CharField()


def show_brand(kit: BrandKit) -> dict[str, Any]:
    others = [code for code in kit.currencies if code != kit.default_currency]
    return {
        "name": kit.name,
        "tagline": kit.tagline,
        "legal_name": kit.legal_name,
        "postal_address": kit.postal_address,
        "logo_svg": kit.logo_svg,
        "colour": kit.colour,
        "default_currency": kit.default_currency,
        "currencies": [kit.default_currency, *others],
        "locale": kit.locale,
        "time_zone": kit.time_zone,
        "support_url": kit.support_url,
        "storefront_url": kit.storefront_url,
    }
