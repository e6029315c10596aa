"""The tables of docs/events.md and docs/problems.md, read from the code itself."""

import ast
import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from typing import TypeVar

from django.apps import AppConfig, apps
from django.conf import settings

from omnichannel.events.facts import Fact
from omnichannel.events.ports import subscriptions
from omnichannel.events.sentences import default_sentence
from omnichannel.kernel import errors
from omnichannel.rest.problems import status_of

KindT = TypeVar("KindT")

#: Codes that come from the framework and from the database, not from an error of ours.
FRAMEWORK: dict[str, tuple[int, str]] = {
    "authentication_failed": (401, "The credential is not valid, or no longer."),
    "not_authenticated": (401, "This needs a credential."),
    "permission_denied": (403, "This credential may not do this."),
    "method_not_allowed": (405, "This address does not take this method."),
    "unsupported_media_type": (415, "Bodies are application/json in UTF-8."),
    "throttled": (429, "Too many requests. Come back after `Retry-After` seconds."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    status: int
    title: str


def find_facts() -> list[type[Fact]]:
    """Every fact the project publishes, by name."""
    _import_rooms("facts")
    # `slots=True` makes each class twice; the later one, with the slots, is the one that is used.
    found = {
        (fact.__module__, fact.__qualname__): fact
        for fact in _below(Fact)
        if getattr(fact, "NAME", "") and _is_ours(fact)
    }
    return sorted(found.values(), key=lambda fact: fact.NAME)


def find_problems() -> list[Problem]:
    """Every code a problem can carry: of error classes, of errors raised with a code of their own, of the framework."""
    _import_rooms("errors")
    every: list[type[errors.DomainError]] = [errors.DomainError, *_below(errors.DomainError)]
    kinds = {kind.__name__: kind for kind in every if _is_ours(kind)}
    found = {code: Problem(code, status, title) for code, (status, title) in FRAMEWORK.items()}
    for kind in kinds.values():
        if kind.code:
            found[kind.code] = Problem(kind.code, status_of(kind), kind.title)
    for call in _calls():
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        texts = [argument.value if isinstance(argument, ast.Constant) else None for argument in call.args]
        if name in kinds and texts and isinstance(texts[0], str):
            title = texts[1] if len(texts) > 1 and isinstance(texts[1], str) else kinds[name].title
            found.setdefault(texts[0], Problem(texts[0], status_of(kinds[name]), title))
        elif name == "problem" and len(texts) > 1 and isinstance(texts[0], int) and isinstance(texts[1], str):
            title = texts[2] if len(texts) > 2 and isinstance(texts[2], str) else ""
            if texts[1] not in found or not found[texts[1]].title:
                found[texts[1]] = Problem(texts[1], texts[0], title)
    return sorted(found.values(), key=lambda entry: entry.code)


def facts_table() -> str:
    lines = ["| fact | about | fields | when |", "|---|---|---|---|"]
    for fact in find_facts():
        fields = ", ".join(f"`{field.name}`" for field in dataclasses.fields(fact))
        when = _first_sentence(fact.__doc__) or f"{default_sentence(fact.NAME)}."
        lines.append(f"| `{fact.NAME}` | `{fact.SUBJECT}` | {fields} | {when} |")
    return "\n".join(lines)


def handlers_table() -> str:
    lines = ["| handler | queue | facts |", "|---|---|---|"]
    for entry in sorted(
        (entry for entry in subscriptions() if not entry.name.startswith("tests.")), key=lambda entry: entry.name
    ):
        lines.append(f"| `{entry.name}` | {entry.queue} | {', '.join(f'`{name}`' for name in sorted(entry.facts))} |")
    return "\n".join(lines)


def problems_table() -> str:
    lines = ["| code | status | what it says |", "|---|---|---|"]
    lines += [
        f'| <a id="{entry.code}"></a>`{entry.code}` | {entry.status} | {entry.title} |' for entry in find_problems()
    ]
    return "\n".join(lines)


TABLES = {
    "docs/events.md": {"facts": facts_table, "handlers": handlers_table},
    "docs/problems.md": {"problems": problems_table},
}


def documents() -> dict[Path, str]:
    """The pages as they should read now."""
    pages = {}
    for name, tables in TABLES.items():
        path = Path(settings.BASE_DIR) / name
        text = path.read_text()
        for table, make in tables.items():
            begin, end = f"<!-- {table}: written by `manage.py document` -->", f"<!-- end of {table} -->"
            pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
            content = f"{begin}\n{make()}\n{end}"
            text = pattern.sub(content.replace("\\", r"\\"), text)
        pages[path] = text
    return pages


def _import_rooms(room: str) -> None:
    """Import this room of every app of ours: a class nobody has imported is not known to Python."""
    for config in _our_apps():
        name = f"{config.name}.{room}"
        if find_spec(name) is None:
            continue
        module = import_module(name)
        for inner in walk_packages(getattr(module, "__path__", []), f"{name}."):
            import_module(inner.name)


def _our_apps() -> Iterator[AppConfig]:
    root = Path(settings.BASE_DIR)
    for config in apps.get_app_configs():
        if Path(config.path).parent in (root, *(root / name for name in ("omnichannel", "campaigns"))):
            yield config


def _calls() -> Iterator[ast.Call]:
    folders = {Path(config.path) for config in _our_apps()} | {Path(settings.BASE_DIR) / "omnichannel" / "kernel"}
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*.py")):
            if "migrations" not in path.parts:
                yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def _below(kind: type[KindT]) -> Iterator[type[KindT]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _below(inner)


def _is_ours(kind: type) -> bool:
    return not kind.__module__.startswith("tests")


def _first_sentence(text: str | None) -> str:
    """The first paragraph of a docstring on one line; nothing where dataclasses made one up."""
    paragraph = " ".join((text or "").strip().split("\n\n")[0].split())
    return "" if re.match(r"\w+\(.*\)$", paragraph) else paragraph.replace("|", "\\|")
