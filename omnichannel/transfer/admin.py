"""Imports and exports for staff: upload, try, watch, mend the refused rows, import."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import get_valid_filename
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import DomainError
from omnichannel.staff.admin import ReadOnlyAdmin, state
from omnichannel.transfer.models import ImportRun
from omnichannel.transfer.ports import exporters, importers
from omnichannel.transfer.rules.reading import ENCODINGS
from omnichannel.transfer.services.exports import stream_export
from omnichannel.transfer.services.runs import create_run
from omnichannel.transfer.states import STARTABLE, RunState
from omnichannel.transfer.tasks import run_import

COLOURS = {
    RunState.DONE: "success",
    RunState.RUNNING: "info",
    RunState.FAILED: "danger",
    RunState.INTERRUPTED: "warning",
}
SHOWN_ROWS = 50


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label="What it holds", widget=UnfoldAdminSelectWidget)
    file = forms.FileField(label="CSV file", widget=UnfoldAdminFileFieldWidget)
    encoding = forms.ChoiceField(
        label="Encoding",
        required=False,
        choices=[("", "Told from the file"), *((name, name) for name in ENCODINGS)],
        widget=UnfoldAdminSelectWidget,
    )
    dry_run = forms.BooleanField(
        label="Only try: check every row and keep nothing",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(importer.kind, importer.title) for importer in importers]  # type: ignore[attr-defined]  # a choice field


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "kind",
        "tried",
        state("state", COLOURS),
        "rows_read",
        "created_count",
        "updated_count",
        "rows_refused",
    ]
    page_title = "Imports and exports"
    add_title = "Import or export"
    empty_hint = "Bring customers, products, stock and sales as CSV. Every file is tried first, row by row."
    list_filter = ["kind", "state", "dry_run"]
    ordering = ["-created_at", "-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("transfer.add_importrun"))

    @display(description="kept", boolean=True)
    def tried(self, run: ImportRun) -> bool:
        return not run.dry_run

    def get_urls(self) -> list[Any]:
        own = [
            ("<uuid:run_id>/progress/", self.progress, "progress"),
            ("<uuid:run_id>/errors/", self.errors, "errors"),
            ("<uuid:run_id>/start/", self.start, "start"),
            ("export/<str:kind>/", self.export, "export"),
        ]
        named = [
            path(at, self.admin_site.admin_view(view), name=f"transfer_importrun_{name}") for at, view, name in own
        ]
        return [*named, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Upload a file; what it does is then watched on its own page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            with transaction.atomic():
                run = create_run(
                    kind=given["kind"],
                    file=given["file"],
                    encoding=given["encoding"],
                    dry_run=given["dry_run"],
                    actor=f"staff:{request.user.pk}",
                )
                _hand_over(run)
            return HttpResponseRedirect(_page(run.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": "Import or export",
            "opts": self.opts,
            "form": form,
            "exports": [
                (export.title, reverse("admin:transfer_importrun_export", args=[export.kind])) for export in exporters
            ],
        }
        return TemplateResponse(request, "transfer/upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One run: how far it is, what it did, which rows it refused."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self._run(object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Import of {_title(run.kind)}",
            "opts": self.opts,
            "run": run,
            "figures": _figures(run),
            "rows": run.refused.all()[:SHOWN_ROWS],
            "shown_rows": SHOWN_ROWS,
            "may_start": run.state in STARTABLE and self.has_add_permission(request),
            "may_keep": run.state == RunState.DONE and run.dry_run and self.has_add_permission(request),
            "is_going": run.state in (RunState.WAITING, RunState.RUNNING),
        }
        return TemplateResponse(request, "transfer/run.html", context)

    def progress(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """What the run's page asks every second."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse(_figures(self._run(run_id)))

    def errors(self, request: HttpRequest, run_id: UUID) -> FileResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self._run(run_id)
        if not run.errors_file:
            raise Http404
        name = get_valid_filename(f"{run.kind}-refused-rows.csv")
        return FileResponse(run.errors_file.open("rb"), as_attachment=True, filename=name, content_type="text/csv")

    def start(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """Go on with a run that stopped; after a try, import the same file for real."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        run = self._run(run_id)
        with transaction.atomic():
            if run.state == RunState.DONE and run.dry_run and run.file:
                with run.file.open("rb") as file:
                    run = create_run(kind=run.kind, file=file, encoding=run.encoding, actor=f"staff:{request.user.pk}")
            _hand_over(run)
        return HttpResponseRedirect(_page(run.pk))

    def export(self, request: HttpRequest, kind: str) -> StreamingHttpResponse:
        """The whole of one kind as CSV, streamed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            chunks = stream_export(kind)
        except DomainError as error:
            raise Http404 from error
        name = f"{kind}-{now():%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            chunks, content_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    def _run(self, run_id: UUID | str) -> ImportRun:
        return get_object_or_404(ImportRun, pk=run_id)


def _hand_over(run: ImportRun) -> None:
    """To the worker, after commit: before, it would find nothing."""
    transaction.on_commit(lambda: run_import.delay(str(run.pk)), robust=True)


def _page(run_id: UUID) -> str:
    return reverse("admin:transfer_importrun_change", args=[run_id])


def _title(kind: str) -> str:
    importer = importers.find(kind)
    return importer.title[0].lower() + importer.title[1:] if importer else kind


def _figures(run: ImportRun) -> dict[str, Any]:
    total = run.rows_total
    return {
        "state": run.state,
        "label": run.get_state_display(),
        "message": run.message,
        "percent": min(100, run.rows_read * 100 // total) if total else 100 if run.state == RunState.DONE else 0,
        "rows_read": run.rows_read,
        "rows_total": total,
        "created": run.created_count,
        "updated": run.updated_count,
        "refused": run.rows_refused,
    }
