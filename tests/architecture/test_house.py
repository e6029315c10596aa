"""The rules of the house that a machine can see, from the first commit on."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    "omnichannel",
    "catalog",
    "customers",
    "stores",
    "carts",
    "orders",
    "loyalty",
    "campaigns",
    "insights",
    "backoffice",
    "demo",
]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "signals", "misc"}
LONGEST_FILE = 400
#: Six of the domain, and who does it (`by`) and when (`at`).
MOST_ARGUMENTS = 8


def sources(*, tests: bool = False) -> list[Path]:
    folders = [*APPS, "benchmarks", *(["tests"] if tests else [])]
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and "node_modules" not in path.parts
    )


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_imports_point_down_only():
    # given the layers and rooms of .importlinter, when every import is read, then none points up
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_room_for_leftovers():
    found = [relative(path) for path in sources() if FORBIDDEN_NAMES & {path.stem, *path.relative_to(ROOT).parts}]
    assert found == []


def test_files_stay_under_400_lines():
    longer = {
        relative(path): count for path in sources() if (count := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert longer == {}


def test_use_cases_take_keywords_and_not_too_many():
    # given every public function of a services room that opens a transaction: the use cases
    wrong = []
    for path in sources():
        if "services" not in {path.stem, *path.relative_to(ROOT).parts}:
            continue
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or "atomic(" not in ast.unparse(node):
                continue
            arguments = node.args
            if arguments.posonlyargs or arguments.args or arguments.kwarg or len(arguments.kwonlyargs) > MOST_ARGUMENTS:
                wrong.append(f"{relative(path)}:{node.lineno} {node.name}")
    # then none can be called by position, with a crowd of values, or with whatever is passed
    assert wrong == []


def test_rules_are_pure():
    impure = [
        f"{relative(path)}: {name}"
        for path in sources()
        if "rules" in {path.stem, *path.relative_to(ROOT).parts} and "rest" not in path.parts
        for name in imported_names(path)
        # The demo's year of trade is drawn from a seed that is passed in.
        if name.split(".")[0] == "django"
        or name in {"omnichannel.kernel.clock", "time"}
        or (name == "random" and "demo" not in path.parts)
    ]
    assert impure == []


def test_only_the_kernel_reads_the_clock():
    # `datetime.now` and Django's `timezone.now` hide time from tests; `kernel.clock` is the one door.
    reads = re.compile(r"\b(timezone\.now|datetime\.now|datetime\.utcnow|date\.today)\(")
    allowed = {"omnichannel/kernel/clock.py", "omnichannel/observability/logs.py"}
    found = [
        relative(path)
        for path in sources()
        if relative(path) not in allowed
        and path.parts[len(ROOT.parts)] != "benchmarks"
        and reads.search(path.read_text())
    ]
    assert found == []


def test_no_model_overrides_save():
    found = []
    for path in sources():
        if "models" not in {path.stem, *path.relative_to(ROOT).parts}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                found.append(f"{relative(path)}:{node.lineno}")
    assert found == []


def test_what_the_type_checker_shall_not_see_has_its_reason_beside_it():
    bare = re.compile(r"# type: ignore(\[[a-z, -]+\])?\s*$|# noqa(: [A-Z0-9, ]+)?\s*$")
    found = [
        f"{relative(path)}:{number}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] != "benchmarks"
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if bare.search(line)
    ]
    assert found == []


def test_every_app_with_tables_has_migrations():
    without = [
        config.label
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(ROOT)
        and ".venv" not in config.path
        and list(config.get_models())
        and not (Path(config.path) / "migrations" / "__init__.py").exists()
    ]
    assert without == []


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_constraints_have_names_of_their_own():
    # A violated constraint maps to a coded error by its name: two of one name could not be told apart.
    names: dict[str, str] = {}
    doubled = []
    for model in apps.get_models():
        if not model.__module__.startswith(tuple(APPS)):
            continue
        for constraint in model._meta.constraints:
            if constraint.name in names:
                doubled.append(f"{constraint.name}: {names[constraint.name]}, {model._meta.label}")
            names[constraint.name] = model._meta.label
    assert doubled == []


def test_locks_name_no_index():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"^\s*(--(extra-)?index-url|--find-links|--trusted-host)", text, re.MULTILINE)


def imported_names(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return names
