"""The pages for client developers say what the code does."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from omnichannel.rest.documenting import find_facts, find_problems


def test_the_tables_are_those_of_the_code():
    # Behind? `manage.py document` writes them anew.
    call_command("document", check=True)


def test_every_fact_is_listed_with_what_it_says():
    page = (Path(settings.BASE_DIR) / "docs" / "events.md").read_text()
    facts = find_facts()
    assert [fact.NAME for fact in facts if f"| `{fact.NAME}` |" not in page] == []
    assert len({fact.NAME for fact in facts}) == len(facts)


def test_every_code_is_listed_with_what_it_says():
    page = (Path(settings.BASE_DIR) / "docs" / "problems.md").read_text()
    problems = find_problems()
    assert [entry.code for entry in problems if f'<a id="{entry.code}"></a>' not in page] == []
    assert [entry.code for entry in problems if not entry.title] == []


def test_codes_of_the_ground_are_found_however_they_are_raised():
    codes = {entry.code: entry.status for entry in find_problems()}
    # a class, an inline code, a rendered one, one of the framework
    assert (codes["not_found"], codes["cursor_invalid"], codes["too_large"], codes["throttled"]) == (404, 422, 413, 429)
