"""Every page under /admin: nobody gets in without a log-in, and staff without permissions see nothing of anybody.

The pages are those of the URL configuration, so that one that is added is tried without being named here.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from omnichannel.accounts.models import User
from tests.requirements.house import House, database

pytestmark = pytest.mark.django_db

#: The frame's own: the front page with nothing on it, one's log-in, the words of scripts.
FOR_ALL_STAFF = {
    "index", "login", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete", "search", "view_on_site",
}  # fmt: skip


def patterns(found: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of the admin's patterns, each with its parameters."""
    for each in found:
        if isinstance(each, URLResolver):
            yield from patterns(each.url_patterns, (*before, *each.pattern.converters))
        elif isinstance(each, URLPattern) and each.name:
            yield each.name, (*before, *each.pattern.converters)


def admin_pages() -> list[tuple[str, tuple[str, ...]]]:
    [site] = [
        each for each in get_resolver().url_patterns if isinstance(each, URLResolver) and each.namespace == "admin"
    ]
    return sorted(set(patterns(site.url_patterns)))


def addresses(name: str, parameters: tuple[str, ...], house: House) -> Iterator[str]:
    """With what is there where something is, else with what is not."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    model = next((model for key, model in models.items() if name.startswith(f"{key}_")), None)
    row = model._default_manager.first() if model else None
    for known in (row.pk if row is not None else None, uuid4(), 1, "x"):
        if known is None:
            continue
        values = {each: house.ids.get(each, known) for each in parameters}
        try:
            yield reverse(f"admin:{name}", kwargs=values)
        except NoReverseMatch:
            continue
        return


def test_no_page_of_the_admin_opens_without_the_permission_for_it(house: House, subtests: Any) -> None:
    # given somebody from nowhere, and staff whom nobody gave a role
    stranger, newcomer = Client(), Client()
    newcomer.force_login(User.objects.create_user("new@example.com", "correct horse battery", is_staff=True))
    before, opened = database(), 0
    for name, parameters in admin_pages():
        if name in FOR_ALL_STAFF:
            continue
        for address in addresses(name, parameters, house):
            with subtests.test(address):
                # when each opens the page, or sends to it
                answer = stranger.get(address)
                assert answer.status_code in (302, 403, 405) and b"csrfmiddlewaretoken" not in answer.content
                assert answer.status_code != 302 or "login" in answer["Location"]
                for answer in (newcomer.get(address, follow=True), newcomer.post(address, follow=True)):
                    # then it is refused, also where it leads on, or answered as what is not there: the front page
                    came_to = answer.redirect_chain[-1][0].rstrip("/") if answer.redirect_chain else ""
                    assert answer.status_code in (403, 404, 405) or came_to.endswith("/admin"), answer.content[:300]
                opened += 1
    assert database() == before
    assert opened > 200
