"""Filling templates: Liquid in a sandbox, MJML to HTML. Pure.

A template is written by staff and filled with customers' words, so neither may do harm: loops, output and
names are bounded, nothing can be included, every value is escaped in HTML, and a missing one is an error
rather than a gap in somebody's mail.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from omnichannel.kernel.lazily import lazily

if TYPE_CHECKING:
    import liquid
    import mrml
    from liquid import exceptions as liquid_exceptions
else:
    # Several MiB a web process that hardly ever fills a template.
    liquid, liquid_exceptions, mrml = lazily("liquid"), lazily("liquid.exceptions"), lazily("mrml")


@dataclass(frozen=True, slots=True)
class TemplateProblem(Exception):
    """What is wrong with a template, in words for the person who writes it. `part`: subject, mjml, text …"""

    part: str
    title: str
    line: int | None = None


LONGEST_LOOP = 5_000


@cache
def _bound_ranges() -> None:
    """`(1..n)` is as long as a loop may be: filters and comparisons walk it without asking the limits of loops."""
    from liquid.builtin.expressions.primitive import RangeLiteral

    make_range = RangeLiteral._make_range

    def bounded(literal: Any, start: Any, stop: Any) -> range:
        made: range = make_range(literal, start, stop)
        if made.stop - made.start > LONGEST_LOOP:
            raise liquid_exceptions.LoopIterationLimitError(
                f"loop iteration limit reached: a range has at most {LONGEST_LOOP} numbers", token=literal.token
            )
        return made

    RangeLiteral._make_range = bounded  # type: ignore[method-assign, assignment]  # the library has no limit of its own for it


@cache
def _sandbox(html: bool) -> "liquid.Environment":
    class Sandbox(liquid.Environment):
        loop_iteration_limit: ClassVar[int | None] = LONGEST_LOOP
        output_stream_limit: ClassVar[int | None] = 500_000
        local_namespace_limit: ClassVar[int | None] = 100_000

    _bound_ranges()
    return Sandbox(autoescape=html, undefined=liquid.StrictDefaultUndefined)


@lru_cache(maxsize=256)
def _parse(source: str, html: bool) -> "liquid.BoundTemplate":
    # Parsing costs seven times what filling does.
    return _sandbox(html).from_string(source)


def fill(source: str, data: Mapping[str, Any], *, part: str, html: bool = False) -> str:
    """The template filled with `data`. Raises TemplateProblem."""
    try:
        return str(_parse(source, html).render(**data))
    except liquid_exceptions.UndefinedError as error:
        name = _missing(error, source)
        raise TemplateProblem(part, f"There is no {name} to put in here.", _line(error, source)) from error
    except liquid_exceptions.LiquidError as error:
        raise TemplateProblem(part, f"{_sentence(error)}.", _line(error, source)) from error
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A filter on a value it was not made for: that message cannot be filled, the others of its batch can.
        raise TemplateProblem(part, f"This cannot be worked out: {error}.") from error


def fill_line(source: str, data: Mapping[str, Any], *, part: str) -> str:
    """For subjects: one line, whatever was filled in."""
    return " ".join(fill(source, data, part=part).split())


def compile_mjml(frame: str, body: str) -> str:
    """The frame with the body in place of its marker, as HTML; Liquid passes through untouched.

    Raises  TemplateProblem when it is not MJML.
    """
    if too_deep := _too_deep(body):
        raise TemplateProblem("mjml", f"Elements stand at most {DEEPEST} deep in one another.", too_deep)
    # Liquid between elements would be text in places where MJML takes none: carry it through as raw.
    source = frame.replace("<!-- body -->", _shield(body))
    try:
        # The default fetches fonts from Google whenever a mail is opened.
        html = str(mrml.to_html(source, None, mrml.RenderOptions(fonts={})).content)
    except OSError as error:
        raise TemplateProblem(
            "mjml", f"This is not MJML: {str(error).replace('root template', 'the message')}."
        ) from error
    if unknown := re.search(r"</?(mj-[a-z-]+)", html):
        raise TemplateProblem("mjml", f"There is no element {unknown.group(1)}.", _line_of(body, unknown.group(1)))
    return html


#: The compiler calls itself for each element in an element, and a stack that runs out takes the process with it.
DEEPEST = 100
_TAG = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w:-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*?(/?)>", re.DOTALL)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


def _too_deep(body: str) -> int | None:
    """The line on which elements are nested too deeply; None when they are not."""
    depth = 0
    for tag in _TAG.finditer(body):
        closes, name, closed = tag.groups()
        if not name or closed or name.lower() in _VOID:
            continue
        depth = max(0, depth - 1) if closes else depth + 1
        if depth > DEEPEST:
            return body.count("\n", 0, tag.start()) + 1
    return None


_ELEMENT_WITH_TEXT = re.compile(r"(<mj-(text|table|button|raw|html)\b.*?</mj-\2>)", re.DOTALL)
_TAG_LINE = re.compile(r"^[ \t]*(\{%-?.*?-?%\})[ \t]*$", re.MULTILINE)


def _shield(body: str) -> str:
    """Liquid tags on lines of their own between elements, as raw."""
    parts = _ELEMENT_WITH_TEXT.split(body)
    # split() yields: between, element, its name, between, …
    return "".join(
        _TAG_LINE.sub(r"<mj-raw>\1</mj-raw>", part) if position % 3 == 0 else part
        for position, part in enumerate(parts)
        if position % 3 != 2
    )


def contrast_colour(colour: str) -> str:
    """Black or white, whichever reads better on `#rrggbb` (WCAG relative luminance)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#1b1b18"


def _missing(error: "liquid_exceptions.UndefinedError", source: str) -> str:
    """The variable as the writer wrote it: the path that stands where the error points."""
    start = getattr(getattr(error, "token", None), "start_index", -1)
    found = re.match(r"[\w.-]+", source[start:]) if start >= 0 else None
    return found.group() if found else "such variable"


def _sentence(error: "liquid_exceptions.LiquidError") -> str:
    text = str(error.args[0] if error.args else error).split("\n")[0].strip().rstrip(".")
    return text[:1].upper() + text[1:]


def _line(error: "liquid_exceptions.LiquidError", source: str) -> int | None:
    token = getattr(error, "token", None)
    start = getattr(token, "start_index", None)
    return source.count("\n", 0, start) + 1 if isinstance(start, int) and start >= 0 else None


def _line_of(source: str, needle: str) -> int | None:
    at = source.find(needle)
    return source.count("\n", 0, at) + 1 if at >= 0 else None
