"""Changing the brand kit."""

import re
from typing import Any
from xml.etree import ElementTree

from django.db import transaction

from omnichannel.brand.errors import LogoUnsafe
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.locks import lock_rows

#: Elements of a drawing. Anything else (scripts, foreign objects, links, animations) may act in a page.
_DRAWING = frozenset(
    [
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "defs",
        "title",
        "desc",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "use",
        "symbol",
    ]
)
_SVG = "{http://www.w3.org/2000/svg}"


def save_brand(*, values: dict[str, Any]) -> BrandKit:
    """Change the brand kit, making it if need be; every reader sees the new version at its next look.

    values  fields of `BrandKit` by name.
    Locks   the brand kit.
    Raises  LogoUnsafe.
    """
    if logo := values.get("logo_svg"):
        refuse_unsafe_svg(svg=logo)
    with transaction.atomic():
        kit = lock_rows(BrandKit.objects.filter(pk=1)).first() or BrandKit(version=0)
        for name, value in values.items():
            setattr(kit, name, value)
        kit.version += 1
        kit.full_clean(validate_unique=False)
        kit.save()
    return kit


def refuse_unsafe_svg(*, svg: str) -> None:
    """A logo is printed into pages and mails: it must be a drawing and nothing but. Raises LogoUnsafe."""
    if "<!" in svg:  # no DOCTYPE, hence no entities that grow without end
        raise LogoUnsafe(pointer="/logo_svg")
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise LogoUnsafe(pointer="/logo_svg") from error
    for element in root.iter():
        if element.tag.removeprefix(_SVG) not in _DRAWING:
            raise LogoUnsafe(pointer="/logo_svg")
        for name, value in element.attrib.items():
            bare = name.rpartition("}")[2].lower()
            outside = bare == "href" and not value.startswith("#")
            if (
                bare.startswith("on")
                or outside
                or re.search(r"(javascript|data):|url\s*\(\s*['\"]?\s*[^#'\"\s]", value, re.I)
            ):
                raise LogoUnsafe(pointer="/logo_svg")
