"""Actions of staff screens: they ask first, run a service in its own transaction, and are kept in the audit log."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from omnichannel.accounts.models import User
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError

if TYPE_CHECKING:
    from omnichannel.staff.admin import StaffAdmin

# One-time codes and PINs act for somebody: they are checked and forgotten.
UNKEPT = frozenset({"code", "pin", "password", "secret"})


class ReasonForm(BaseDialogForm):
    """One sentence of why, kept in the audit log and in the record itself."""

    reason = forms.CharField(label="Why?", max_length=200, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))


def staff_member(request: HttpRequest) -> User:
    """Who is at the screen: the admin lets in nobody else."""
    return cast(User, request.user)


def staff_context(request: HttpRequest) -> Context:
    """The circumstances of a write from the admin."""
    return Context(
        channel=Channel.SYSTEM, actor=f"staff:{request.user.pk}", request_id=str(getattr(request, "request_id", ""))
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What an action says in the end, where a sentence for everybody is not enough.

    words  for the person who did it; empty: nothing is said.
    kept   what the audit log keeps instead; a secret is for one pair of eyes.
    url    the page that follows, where it is not the row's own.
    """

    words: str
    kept: str = ""
    url: str = ""


def new_secret(what: str, secret: str) -> Told:
    """A secret made just now: shown this once, and the audit log hears only that it was made."""
    return Told(secret_words(what, secret), kept="A new secret was made.")


def secret_words(what: str, secret: str) -> str:
    return f"{what}: {secret} – copy it now, it is not shown again."


def service_action(
    *,
    title: str,
    text: str = "",
    button: str = "Go on",
    form: type[BaseDialogForm] = BaseDialogForm,
    permission: str = "change",
    icon: str | None = None,
    variant: Any = None,
    when: Callable[[Any], bool] | None = None,
) -> Callable[[Callable[..., str | Told]], Any]:
    """An action on one row's page: asks in a dialog, runs a service in its own transaction, keeps an audit entry.

    The wrapped method takes `(self, row, *, by, at, **cleaned form fields)` and returns the sentence to show, or `Told`.
    A DomainError is shown in its own words; nothing is changed then.

    when  says of a row whether this can be done to it; the button is left out where it cannot.
    """

    def decorate(method: Callable[..., str | Told]) -> Any:
        @action(
            description=button,
            permissions=[permission],
            icon=icon,
            variant=variant,
            url_path=method.__name__.replace("_", "-"),
            dialog={"title": title, "description": text, "form_class": form, "form_submit_text": button},
        )
        @functools.wraps(method)
        def run(self: StaffAdmin, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
            row = get_object_or_404(self.get_queryset(request), pk=object_id)
            given = {name: value for name, value in form.cleaned_data.items() if not name.startswith("_")}
            told = run_service(
                request, row, lambda by, at: method(self, row, by=by, at=at, **given), given=_asked(form, given)
            )
            own = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
            return HttpResponse(headers={"HX-Redirect": (told.url if told else "") or own})

        if when is not None:
            run.when = when
        return run

    return decorate


def run_service(
    request: HttpRequest,
    row: models.Model,
    call: Callable[[Context, datetime], str | Told],
    *,
    given: Mapping[str, Any],
) -> Told | None:
    """Run a service for a member of staff; None when it was refused. Tells them and keeps an audit entry.

    given  what they answered, by the question; kept with the entry.
    """
    try:
        with transaction.atomic(durable=True):
            said = call(staff_context(request), now())
            told = said if isinstance(said, Told) else Told(said)
            answers = "; ".join(f"{question}: {answer}" for question, answer in given.items())
            LogEntry.objects.log_actions(
                staff_member(request).pk,
                [row],
                CHANGE,
                change_message=f"{told.kept or told.words} {answers}".strip(),
                single_object=True,
            )
    except DomainError as error:
        messages.error(request, error.problem_title)
        return None
    if told.words:
        # What is shown once is not to be missed.
        messages.add_message(request, messages.WARNING if told.kept else messages.SUCCESS, told.words)
    return told


def _asked(form: BaseDialogForm, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answers in the words of the form, without blanks and without what must not be kept readable."""
    return {
        str(form.fields[name].label or name.replace("_", " ").capitalize()).rstrip("?"): value
        for name, value in given.items()
        if value not in (None, "", False) and name not in UNKEPT
    }
