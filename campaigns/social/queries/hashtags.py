"""The hashtags that make a post ours."""

import re

from django.conf import settings

from omnichannel.brand.queries import get_brand


def brand_hashtags() -> list[str]:
    """Those of the settings; else the brand's name in one word. Lower case, without the #."""
    return [tag.lstrip("#").lower() for tag in settings.SOCIAL_HASHTAGS] or [
        re.sub(r"\W", "", get_brand().name.lower())
    ]
