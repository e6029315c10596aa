"""A template filled for one person and one channel."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from campaigns.messages.models import ContentBlock, Template
from campaigns.messages.queries.brand import brand_data
from campaigns.messages.queries.templates import list_live_blocks
from campaigns.messages.rules.rendering import TemplateProblem, fill, fill_line
from campaigns.messages.services.links import track, unsubscribe_url, with_campaign
from campaigns.messages.states import Purpose, Way

FILES = Path(__file__).resolve().parent.parent / "templates"
_BLOCK = re.compile(r"\bblocks\.([a-z0-9_]+)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`blocks`: content blocks used, by key, with their version."""

    subject: str
    html: str
    text: str
    blocks: dict[str, int] = field(default_factory=dict)
    action: dict[str, str] = field(default_factory=dict)


@cache
def frame(extension: str) -> str:
    return (FILES / f"_frame.{extension}").read_text(encoding="utf-8")


def render(
    words: Any, html: str, data: Mapping[str, object], blocks: Mapping[str, ContentBlock] | None = None
) -> Rendered:
    """The three parts of a mail; `blocks` as in `render_for`. Raises TemplateProblem."""
    whole, versions = _whole(words, data, blocks)
    subject = fill_line(words.subject, whole, part="subject")[:300]
    preheader = fill_line(words.preheader, whole, part="preheader")
    body = fill(words.text, whole, part="text")
    return Rendered(
        subject=subject,
        html=fill(html, whole | {"subject": subject, "preheader": preheader}, part="mjml", html=True),
        text=fill(frame("txt"), whole | {"body": body}, part="text"),
        blocks=versions,
    )


def render_for(
    template: Any,
    channel: str,
    data: Mapping[str, object],
    *,
    html: str,
    purpose: str,
    message_id: UUID,
    utm: Mapping[str, str],
    blocks: Mapping[str, ContentBlock] | None = None,
) -> Rendered:
    """The message as it goes by this channel, its links signed. Raises TemplateProblem, also where it has no words for it.

    blocks  the content blocks that the template shows, read once for many people; None: they are read here.
    """
    if channel == Way.EMAIL:
        if purpose != Purpose.MARKETING:
            return render(template, html, data, blocks)
        shown = render(template, html, {**data, "unsubscribe_url": unsubscribe_url(message_id)}, blocks)
        return Rendered(shown.subject, track(shown.html, message_id, utm), shown.text, shown.blocks)
    title, part = _SHORT[channel]
    source = str(getattr(template, part))
    if not source.strip():
        raise TemplateProblem(part, f"This message has no words for {Way(channel).label.lower()}.")
    whole, versions = _whole(template, data, blocks)
    action = {}
    if template.action_url:
        url = fill_line(template.action_url, whole, part="action_url")
        if url.startswith(("http://", "https://")):
            action = {
                "label": fill_line(template.action_label, whole, part="action_label"),
                "url": with_campaign(url, message_id, utm),
            }
    return Rendered(
        subject=fill_line(getattr(template, title), whole, part=title)[:300] if title else template.name,
        html="",
        text=fill(source, whole, part=part).strip(),
        blocks=versions,
        action=action,
    )


#: channel → (its title, its words)
_SHORT: dict[str, tuple[str, str]] = {
    Way.SMS: ("", "sms"),
    Way.INBOX: ("inbox_title", "inbox_body"),
    Way.TABLET: ("", "tablet"),
    Way.MAIL: ("print_title", "print_body"),
}


def used_blocks(words: Any) -> set[str]:
    """Keys of the content blocks that any part shows."""
    parts = (
        words.subject, words.preheader, words.mjml, words.text, words.sms, words.inbox_title, words.inbox_body,
        words.tablet, words.print_title, words.print_body,
    )  # fmt: skip
    return {key for part in parts for key in _BLOCK.findall(part)}


def filled_blocks(
    blocks: Mapping[str, ContentBlock], data: Mapping[str, Any]
) -> tuple[dict[str, dict[str, str]], dict[str, int]]:
    """(block key → its words filled, block key → version)."""
    filled = {
        key: {
            "headline": fill_line(block.headline, data, part=f"block {key}"),
            "words": fill(block.words, data, part=f"block {key}").strip(),
        }
        for key, block in blocks.items()
    }
    return filled, {key: block.version for key, block in blocks.items()}


def _whole(
    words: Template | Any, data: Mapping[str, object], blocks: Mapping[str, ContentBlock] | None
) -> tuple[dict[str, Any], dict[str, int]]:
    whole: dict[str, Any] = {"unsubscribe_url": "", "preferences_url": "", **data}
    if "brand" not in whole:
        whole["brand"] = brand_data()
    if blocks is None:
        blocks = list_live_blocks(used_blocks(words))
    versions: dict[str, int] = {}
    if blocks:
        whole["blocks"], versions = filled_blocks(blocks, whole)
    return whole, versions


def sources_of(template: Template) -> list[str]:
    """Every text of a template that may speak of somebody, its blocks included."""
    parts = [
        template.subject, template.preheader, template.mjml, template.text, template.sms, template.inbox_title,
        template.inbox_body, template.action_url, template.tablet, template.print_title, template.print_body,
    ]  # fmt: skip
    for block in list_live_blocks(used_blocks(template)).values():
        parts += [block.headline, block.words]
    return parts
