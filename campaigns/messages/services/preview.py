"""A template as it would look, before it is saved."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from campaigns.messages.queries.brand import brand_data
from campaigns.messages.queries.orders import list_latest_orders, order_data
from campaigns.messages.rules.catalogue import ORDER_KEYS, sample_data
from campaigns.messages.rules.rendering import TemplateProblem, compile_mjml
from campaigns.messages.services.templates import TemplateText, check_template, frame, render


@dataclass(frozen=True, slots=True)
class Preview:
    """problems: {part, title, line} for the writer; the three parts are empty while there are any."""

    subject: str = ""
    html: str = ""
    text: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)


def preview(*, key: str, words: TemplateText, order_id: UUID | None) -> Preview:
    """The words filled with a real order, or with the sample where there is none. Reads, saves nothing."""
    if problems := check_template(key, words):
        return Preview(problems=[{"part": p.part, "title": p.title, "line": p.line} for p in problems])
    data: dict[str, Any] = sample_data(key) | {"brand": brand_data()}
    if order_id is not None and key in ORDER_KEYS:
        data["order"] = order_data(order_id)[1]
    try:
        shown = render(words, compile_mjml(frame("mjml"), words.mjml), data)
    except TemplateProblem as problem:
        return Preview(problems=[{"part": problem.part, "title": problem.title, "line": problem.line}])
    return Preview(subject=shown.subject, html=shown.html, text=shown.text)


def latest_orders() -> list[tuple[UUID, str]]:
    """(id, what to call it) of orders to try a template with."""
    return list_latest_orders(12)
