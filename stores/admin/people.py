"""Devices and the associates who work on them."""

import io
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from cryptography.fernet import InvalidToken
from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminPasswordWidget

from omnichannel.accounts.models import User
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.lazily import lazily
from omnichannel.kernel.secrets import decrypt, encrypt
from omnichannel.staff.admin import StaffAdmin, Told, service_action, staff_context, state
from stores.models import Associate, Device
from stores.services.associates import set_pin
from stores.services.devices import Invitation, invite_again, invite_device, revoke_device
from stores.states import DeviceState

segno = lazily("segno")


class DeviceForm(forms.ModelForm):
    class Meta:
        model = Device
        fields = ("name", "store", "channel")


@admin.register(Device)
class DeviceAdmin(StaffAdmin):
    """Adding one shows its code; what stands is only read, renewed or revoked."""

    form = DeviceForm
    list_display = (
        "name",
        "store",
        "channel",
        state("state", {DeviceState.ACTIVE: "success", DeviceState.INVITED: "warning", DeviceState.REVOKED: "danger"}),
        "enrolled_at",
    )
    list_filter = ("state", "store", "channel")
    list_select_related = ("store",)
    search_fields = ("name", "store__name")
    search_help_text = "Name of the device or its store"
    empty_hint = "Add the tablet of a store here; it is let in by a code that it scans once."
    actions_detail = ("new_code", "revoke")
    _shown = ("name", "store", "channel", "state", "enrolment_expires_at", "enrolled_at", "revoked_at", "created_at")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self._shown if obj else DeviceForm.Meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self._shown) if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # revoke it instead: what was done on it stays on record

    def save_model(self, request: HttpRequest, obj: Device, form: Any, change: bool) -> None:
        """A new device is made by the service; nothing of one that stands may be typed over."""
        if not change:
            invitation = invite_device(
                store_id=obj.store_id, name=obj.name, channel=obj.channel, by=staff_context(request), at=now()
            )
            obj.pk, obj.state = invitation.device.pk, invitation.device.state
            request.device_invitation = invitation  # type: ignore[attr-defined]  # for the answer below

    def response_add(self, request: HttpRequest, obj: Device, post_url_continue: str | None = None) -> HttpResponse:
        return redirect(_code_page(request.device_invitation))  # type: ignore[attr-defined]  # by save_model

    def get_urls(self) -> list[URLPattern]:
        own = path("<uuid:device_id>/code/", self.admin_site.admin_view(self.show_code), name="stores_device_code")
        return [own, *super().get_urls()]

    def show_code(self, request: HttpRequest, device_id: UUID) -> HttpResponse:
        """The code as QR and in letters. It travels encrypted in the address, for only its hash is kept."""
        if not self.has_change_permission(request):
            raise Http404
        device = get_object_or_404(Device.objects.select_related("store"), pk=device_id)
        try:
            code = decrypt(request.GET.get("sealed", ""))
        except InvalidToken:
            raise Http404 from None
        waiting = device.state == DeviceState.INVITED and bool(
            device.enrolment_expires_at and device.enrolment_expires_at > now()
        )
        picture = io.BytesIO()
        # micro=False: phones and browsers read no Micro QR.
        segno.make(code, error="m", micro=False).save(
            picture, kind="svg", scale=8, border=4, xmldecl=False, svgclass=None, lineclass=None
        )
        context = {
            **self.admin_site.each_context(request),
            "title": f"Enrol {device.name}",
            "opts": self.opts,
            "device": device,
            "code": f"{code[:4]}-{code[4:]}",
            "qr": picture.getvalue().decode(),
            "waiting": waiting,
        }
        return TemplateResponse(request, "stores/admin/device_code.html", context)

    @service_action(
        title="Make a new code?",
        text="The device that uses this place now is signed out at once.",
        button="Show a new code",
    )
    def new_code(self, device: Device, *, by: Context, at: Any) -> Told:
        invitation = invite_again(device_id=device.pk, by=by, at=at)
        return Told("", kept="A new enrolment code was made.", url=_code_page(invitation))

    @service_action(
        title="Revoke this device?",
        text="Its next request is refused; whoever is signed in on it is signed out.",
        button="Revoke device",
        when=lambda device: device.state != DeviceState.REVOKED,
    )
    def revoke(self, device: Device, *, by: Context, at: Any) -> str:
        revoke_device(device_id=device.pk, by=by, at=at)
        return f"{device.name} is revoked."


class PinForm(BaseDialogForm):
    """The PIN is typed here and never shown, logged or kept readable."""

    pin = forms.CharField(
        label="New PIN",
        min_length=4,
        max_length=8,
        help_text="4 to 8 digits, no plain run.",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password", "inputmode": "numeric"}),
    )


@admin.register(Associate)
class AssociateAdmin(StaffAdmin):
    list_display = ("name", "works_in", "is_manager", "is_active", "lock")
    list_filter = ("stores", "is_manager", "is_active")
    search_fields = ("name", "user__email")
    search_help_text = "Name or email"
    empty_hint = "The people on the floor, each with a PIN of their own for the tablet."
    fields = ("name", "stores", "is_manager", "is_active", "user", "lock")
    readonly_fields = ("lock",)
    autocomplete_fields = ("stores",)
    actions_detail = ("new_pin",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("stores")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(is_staff=True).order_by("email")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description="Works in")
    def works_in(self, associate: Associate) -> str:
        return ", ".join(store.name for store in associate.stores.all())

    @display(description="PIN", label={"No PIN yet": "warning", "Locked out": "danger", "Set": "success"})
    def lock(self, associate: Associate) -> str:
        if not associate.pin_hash:
            return "No PIN yet"
        return "Locked out" if associate.locked_until and associate.locked_until > now() else "Set"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # switch them off instead: their sales and movements name them

    @service_action(
        title="Set a new PIN",
        text="Lifts a lock-out. Where they are signed in they are signed out.",
        button="Set PIN",
        form=PinForm,
    )
    def new_pin(self, associate: Associate, *, by: Context, at: Any, pin: str) -> str:
        set_pin(associate_id=associate.pk, pin=pin, by=by, at=at)
        return f"{associate.name} has a new PIN."


def _code_page(invitation: Invitation) -> str:
    address = reverse("admin:stores_device_code", args=[invitation.device.pk])
    return f"{address}?{urlencode({'sealed': encrypt(invitation.code)})}"
