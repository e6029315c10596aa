"""Templates that loop, reach out or break what reads them: a problem in words, at once, and nothing else happens."""

import time

import pytest

from campaigns.messages.rules.rendering import DEEPEST, TemplateProblem, compile_mjml, fill

FRAME = "<mjml><mj-body><!-- body --></mj-body></mjml>"
TEXT = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


#: What a template may well do; what may not is refused in the time of a few of these.
LONG = "{% for i in (1..1000) %}{{ name }}{% endfor %}"


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("{% for i in (1..999999999) %}x{% endfor %}", "range has at most 5000"),
        ("{{ (1..999999999999) | join: ',' }}", "range has at most 5000"),
        ("{{ (1..50000000) | reverse | first }}", "range has at most 5000"),
        ("{% if (1..99999999999) contains 'x' %}{% endif %}", "range has at most 5000"),
        ("{% for i in (1..999) %}{% for j in (1..999) %}x{% endfor %}{% endfor %}", "Loop iteration limit"),
        ("{% assign a = 'xxxxxxxxxx' %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}", "namespace limit"),
        ("{% for i in (1..4000) %}" + "x" * 200 + "{% endfor %}", "Output stream limit"),
        ("{% if true %}" * 3000 + "{% endif %}" * 3000, "nesting limit"),
        ("{{ a" + "[a" * 3000 + "]" * 3000 + " }}", "parsing error"),
        ("{% include '/etc/passwd' %}", "/etc/passwd"),
        ("{% render '../../settings' %}", "../../settings"),
        ("{{ name.__class__.__mro__ }}", "There is no name.__class__.__mro__"),
        ("{{ 'nan' | ceil }}", "This cannot be worked out"),
        ("{{ 'inf' | plus: 1 | round }}", "This cannot be worked out"),
        ("{{ '" + "9" * 5000 + "' | plus: 1 }}", "limit"),
        ("{% system 'ls' %}", "Unexpected tag"),
    ],
)  # fmt: skip
def test_liquid_that_loops_or_reaches_out_is_a_problem_at_once(source: str, title: str):
    fill(LONG, {"name": "Suzie"}, part="text")
    began = time.thread_time()
    fill(LONG, {"name": "Suzie"}, part="text")
    between = time.thread_time()
    with pytest.raises(TemplateProblem) as refused:
        fill(source, {"name": "Suzie", "a": 1}, part="text")
    assert title in refused.value.title and "root:" not in refused.value.title
    assert time.thread_time() - between < 100 * (between - began)


@pytest.mark.parametrize(
    "body",
    [
        # one deeper than may be; a few thousand took the whole process with them
        "<mj-wrapper>" * (DEEPEST + 1) + "</mj-wrapper>" * (DEEPEST + 1),
        TEXT.format("<b>" * 20_000 + "</b>" * 20_000),
        TEXT.format("<div title='>'>" * 300 + "</div>" * 300),
        "<mj-include path='/etc/passwd' />",
        "<mj-section>",
        "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + TEXT.format("&a;"),
    ],
)
def test_mjml_that_is_none_is_a_problem_and_takes_nobody_along(body: str):
    with pytest.raises(TemplateProblem) as refused:
        compile_mjml(FRAME, body)
    assert refused.value.part == "mjml" and "root:" not in refused.value.title


def test_what_people_write_is_not_too_deep():
    words = "<table><tr><td>" + "<p>One<br>two <img src='a.png'> <b>three</b></p>" * 500 + "</td></tr></table>"
    assert compile_mjml(FRAME, TEXT.format(words)).count("three") == 500
    nested = TEXT.format("<div>" * (DEEPEST - 5) + "here" + "</div>" * (DEEPEST - 5))
    assert "here" in compile_mjml(FRAME, nested)
