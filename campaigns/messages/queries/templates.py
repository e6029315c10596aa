"""Templates as they stand."""

from campaigns.messages.models import Template


def find_live_template(key: str, *, locale: str = "en") -> Template | None:
    """The live version in the language, else in English."""
    wanted = [locale, locale.replace("-", "_").split("_")[0], "en"]
    rows = {row.locale: row for row in Template.objects.filter(key=key, is_live=True, locale__in=wanted)}
    return next((rows[name] for name in wanted if name in rows), None)
