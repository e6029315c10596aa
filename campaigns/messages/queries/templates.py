"""Templates and content blocks as they stand."""

from collections.abc import Iterable

from campaigns.messages.models import ContentBlock, Template


def find_live_template(key: str, *, locale: str = "en") -> Template | None:
    """The live version in the language, else in English."""
    wanted = [locale, locale.replace("-", "_").split("_")[0], "en"]
    rows = {row.locale: row for row in Template.objects.filter(key=key, is_live=True, locale__in=wanted)}
    return next((rows[name] for name in wanted if name in rows), None)


def find_template_version(key: str, version: int) -> Template | None:
    return Template.objects.filter(key=key, version=version).order_by("locale").first()


def list_live_blocks(keys: Iterable[str]) -> dict[str, ContentBlock]:
    wanted = set(keys)
    if not wanted:
        return {}
    return {row.key: row for row in ContentBlock.objects.filter(key__in=wanted, is_live=True)}
