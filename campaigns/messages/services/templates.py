"""Writing templates: a change makes a new version."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from campaigns.messages.errors import TemplateInvalid, TemplateNotFound
from campaigns.messages.models import Template
from campaigns.messages.queries.brand import brand_data
from campaigns.messages.queries.templates import find_live_template, list_live_blocks
from campaigns.messages.rules.catalogue import sample_data
from campaigns.messages.rules.rendering import TemplateProblem, compile_mjml, fill
from campaigns.messages.services.rendering import Rendered, filled_blocks, frame, render, used_blocks
from campaigns.messages.states import Purpose
from omnichannel.kernel.context import Context

__all__ = ["Rendered", "frame", "render"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateText:
    """The parts of a template; one for each way it may go, those left empty cannot."""

    name: str
    subject: str
    preheader: str
    mjml: str
    text: str
    purpose: str = Purpose.TRANSACTIONAL
    sms: str = ""
    inbox_title: str = ""
    inbox_body: str = ""
    action_label: str = ""
    action_url: str = ""
    tablet: str = ""
    print_title: str = ""
    print_body: str = ""


#: The parts of plain words, beside the layout: what a template may be filled with is checked in each.
LINES = ("subject", "preheader", "sms", "inbox_title", "inbox_body", "action_label", "action_url", "tablet",
         "print_title", "print_body")  # fmt: skip
PARTS = ("name", *LINES, "mjml", "text")


def live_template(key: str, *, locale: str = "en") -> Template:
    """The version that is sent now, else the English one. Raises TemplateNotFound."""
    found = find_live_template(key, locale=locale)
    if found is None:
        raise TemplateNotFound()
    return found


def save_template(*, key: str, locale: str, words: TemplateText, by: Context, at: datetime) -> Template:
    """Make a new version and send with it from now on.

    Locks   the live version.
    Raises  TemplateInvalid naming every part that is wrong; nothing is saved then.
    """
    if problems := check_template(key, words):
        raise TemplateInvalid(problems=[{"part": p.part, "title": p.title, "line": p.line} for p in problems])
    with transaction.atomic():
        live = Template.objects.select_for_update(no_key=True).filter(key=key, locale=locale, is_live=True).first()
        newest = Template.objects.filter(key=key, locale=locale).order_by("-version").first()
        if live is not None:
            live.is_live = False
            live.save(update_fields=["is_live"])
        return Template.objects.create(
            key=key, version=newest.version + 1 if newest else 1, locale=locale,
            html=compile_mjml(frame("mjml"), words.mjml), created_by=by.actor, created_at=at, **asdict(words),
        )  # fmt: skip


def check_template(key: str, words: TemplateText) -> list[TemplateProblem]:
    """Everything that is wrong, found by filling the sample of its key."""
    problems: list[TemplateProblem] = []
    data = sample_data(key) | {"brand": brand_data(), "unsubscribe_url": "https://example.com/unsubscribe"}
    data.setdefault("preferences_url", "https://example.com/preferences")
    try:
        data["blocks"] = filled_blocks(list_live_blocks(used_blocks(words)), data)[0]
    except TemplateProblem as problem:
        return [problem]
    try:
        html = compile_mjml(frame("mjml"), words.mjml)
    except TemplateProblem as problem:
        problems.append(problem)
        html = ""
    for part, source, is_html in (
        *((name, getattr(words, name), False) for name in LINES),
        # The source first: its lines are those the writer sees.
        ("mjml", words.mjml, True),
        ("mjml", html, True),
        ("text", words.text, False),
    ):
        try:
            fill(source, data | {"subject": "", "preheader": "", "body": ""}, part=part, html=is_html)
        except TemplateProblem as problem:
            if problem.part not in {known.part for known in problems}:
                problems.append(problem)
    return problems
