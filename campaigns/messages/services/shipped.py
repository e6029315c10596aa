"""The words the product comes with: files beside this app, stored by every `migrate` (and by `load_templates`).

They are not stored when first needed: of two transactions that each send several messages, one may need first what
the other needs last, and each would wait for the other's row.
"""

from dataclasses import asdict
from pathlib import Path
from textwrap import dedent

from django.db import transaction

from campaigns.messages.errors import TemplateNotFound
from campaigns.messages.models import ContentBlock, Template
from campaigns.messages.rules.catalogue import ALL_KEYS
from campaigns.messages.services.templates import TemplateText, save_template
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context

FILES = Path(__file__).resolve().parent.parent / "templates"
SHIPPED = "shipped"  # who wrote them


def shipped_text(key: str) -> TemplateText:
    """The template of this key as the product ships it. Raises TemplateNotFound."""
    if key not in ALL_KEYS:
        raise TemplateNotFound()
    fields, text = _read(FILES / f"{key}.txt")
    mjml = dedent((FILES / f"{key}.mjml").read_text(encoding="utf-8"))
    return TemplateText(mjml=mjml, text=text, **fields)


def load_shipped() -> int:
    """Store what is not there yet, and what a newer release says better; what staff wrote stays. How many templates."""
    with transaction.atomic():
        _load_blocks()
        live = {row.key: row for row in Template.objects.filter(is_live=True, key__in=ALL_KEYS, locale="en")}
        for key in sorted(ALL_KEYS):
            row, words = live.get(key), shipped_text(key)
            fields = asdict(words)
            if row is None or (row.created_by == SHIPPED and fields != {name: getattr(row, name) for name in fields}):
                save_template(key=key, locale="en", words=words, by=Context(actor=SHIPPED), at=now())
    return len(ALL_KEYS)


def _load_blocks() -> None:
    live = {row.key: row for row in ContentBlock.objects.select_for_update(no_key=True).filter(is_live=True)}
    for file in sorted((FILES / "blocks").glob("*.txt")):
        row = live.get(file.stem)
        head, words = _read(file)
        fields = {**head, "words": words}
        if row is not None:
            if row.created_by != SHIPPED or fields == {name: getattr(row, name) for name in fields}:
                continue
            row.is_live = False
            row.save(update_fields=["is_live"])
        version = row.version + 1 if row else 1
        ContentBlock.objects.create(key=file.stem, version=version, created_by=SHIPPED, **fields)


def _read(file: Path) -> tuple[dict[str, str], str]:
    """`Name: value` a line, an empty line, and the words."""
    head, _, words = file.read_text(encoding="utf-8").partition("\n\n")
    lines = (line.split(": ", 1) for line in head.splitlines())
    return {name.lower().replace("-", "_"): value for name, value in lines}, words.strip()
