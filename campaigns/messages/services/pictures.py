"""Drawings (SVG) of ours as pictures that mail programs and paper can show."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage

from omnichannel.kernel.lazily import lazily

resvg_py = lazily("resvg_py")

WIDTH = 720


def static_png(path: str) -> bytes | None:
    """The static drawing `path` (without `.svg`) as PNG; None where there is none. Nothing outside of static files."""
    try:
        found = finders.find(f"{path}.svg")
    except (SuspiciousFileOperation, ValueError):
        return None
    return _file_png(str(found)) if isinstance(found, str) else None


def picture_bytes(url: str) -> bytes | None:
    """A picture of ours by its address, as PNG or JPEG; None for one that is elsewhere: nothing is fetched."""
    path = urlsplit(url).path
    if path.startswith("/m/p/") and path.endswith(".png"):
        return static_png(path.removeprefix("/m/p/").removesuffix(".png"))
    if path.startswith(settings.STATIC_URL) and path.endswith(".svg"):
        return static_png(path.removeprefix(settings.STATIC_URL).removesuffix(".svg"))
    if path.startswith(settings.MEDIA_URL) and path.endswith((".png", ".jpg", ".jpeg", ".webp")):
        try:
            with default_storage.open(path.removeprefix(settings.MEDIA_URL)) as file:
                return bytes(file.read())
        except (OSError, SuspiciousFileOperation):
            return None
    return None


def drawn_png(svg: str, *, colour: str = "", width: int = WIDTH) -> bytes | None:
    """A drawing as PNG, `currentColor` in it being this colour; None for one that cannot be drawn."""
    try:
        drawn = svg.replace("currentColor", colour) if colour else svg
        return bytes(resvg_py.svg_to_bytes(svg_string=drawn, width=width, skip_system_fonts=True))
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _file_png(file: str) -> bytes | None:
    return drawn_png(Path(file).read_text(encoding="utf-8"))
