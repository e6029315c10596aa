"""Devices and associates through the API: enrolled once, revoked at once, PINs guarded."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.errors import RuleViolation
from stores.errors import EnrolmentRefused
from stores.models import Associate, AssociateSession, Device
from stores.rules.lockout import lock_seconds
from stores.services.associates import set_pin, sign_in
from stores.services.devices import enrol_device, invite_again, invite_device, revoke_device
from tests.fixtures.auth import ApiClient
from tests.stores.factories import PIN, AssociateFactory, DeviceFactory, StoreFactory
from tests.stores.fixtures import associate_api, device_api

pytestmark = pytest.mark.django_db


def names():
    return list(Event.objects.order_by("id").values_list("name", flat=True))


def test_a_code_enrols_one_device_once(store, anonymous_api):
    # given a tablet invited in the admin
    invitation = invite_device(store_id=store.id, name="Counter", by=SYSTEM, at=now())
    # when the code is typed as people type it
    typed = f"{invitation.code[:4].lower()}-{invitation.code[4:]}"
    answer = anonymous_api.post_json("/devices/enrol", {"code": typed})
    # then the device is known by its token from now on
    assert answer.status_code == 201
    body = answer.json()
    assert body["device"]["store"]["code"] == store.code and body["device"]["state"] == "active"
    tablet = ApiClient({"Authorization": f"Device {body['device_token']}"})
    assert tablet.get_json("/devices/current").json()["device"]["id"] == str(invitation.device.id)
    # and neither the code nor the token is kept readable, nor works the code twice
    device = Device.objects.get()
    assert device.enrolment_code_hash == "" and body["device_token"] not in str(vars(device))
    again = anonymous_api.post_json("/devices/enrol", {"code": invitation.code})
    assert (again.status_code, again.json()["code"]) == (422, "enrolment_code_invalid")
    assert names() == ["device.invited", "device.enrolled"]


def test_a_code_lasts_ten_minutes_and_a_new_one_replaces_it(store):
    at = now()
    first = invite_device(store_id=store.id, name="Counter", by=SYSTEM, at=at)
    with pytest.raises(EnrolmentRefused):
        enrol_device(code=first.code, by=SYSTEM, at=at + timedelta(minutes=10))
    second = invite_again(device_id=first.device.id, by=SYSTEM, at=at)
    with pytest.raises(EnrolmentRefused):
        enrol_device(code=first.code, by=SYSTEM, at=at)
    assert enrol_device(code=second.code, by=SYSTEM, at=at).device.id == first.device.id


def test_revoking_shuts_device_and_associate_out_at_once(device, associate):
    tablet, till = device_api(device), associate_api(device, associate)
    assert tablet.get_json("/associates").status_code == 200
    assert till.get_json("/devices/current").json()["associate"]["name"] == associate.name
    revoke_device(device_id=device.id, by=SYSTEM, at=now())
    revoke_device(device_id=device.id, by=SYSTEM, at=now())
    for client in (tablet, till):
        assert client.get_json("/associates").status_code == 401
    assert names() == ["device.revoked"]


def test_an_associate_signs_in_with_the_pin_and_out_again(tablet, device, associate):
    # when
    answer = tablet.post_json("/associate-sessions", {"associate_id": str(associate.id), "pin": PIN})
    # then
    assert answer.status_code == 201 and answer.json()["associate"]["id"] == str(associate.id)
    session = {"X-Associate-Session": answer.json()["session_token"]}
    assert tablet.get_json("/devices/current", **session).json()["associate"]["name"] == associate.name
    kept = AssociateSession.objects.get()
    assert timedelta(hours=11, minutes=59) < kept.expires_at - now() <= timedelta(hours=12)
    # when
    assert tablet.delete_json("/associate-sessions/current", **session).status_code == 204
    # then
    assert tablet.get_json("/devices/current", **session).status_code == 401
    assert names() == ["associate.signed_in", "associate.signed_out"]


def test_signing_in_hands_the_device_over(tablet, device, store, associate):
    other = AssociateFactory(stores=[store], pin="2580", is_manager=True)
    first = tablet.post_json("/associate-sessions", {"associate_id": str(associate.id), "pin": PIN}).json()
    second = tablet.post_json("/associate-sessions", {"associate_id": str(other.id), "pin": "2580"}).json()
    assert tablet.get_json("/associates", x_associate_session=first["session_token"]).status_code == 401
    current = tablet.get_json("/devices/current", x_associate_session=second["session_token"]).json()
    assert current["associate"] == {"id": str(other.id), "name": other.name, "is_manager": True, "locked_until": None}


def test_five_wrong_pins_lock_the_associate_out_and_every_attempt_is_on_record(tablet, associate):
    def attempt(pin):
        return tablet.post_json("/associate-sessions", {"associate_id": str(associate.id), "pin": pin})

    # given four wrong ones
    assert [attempt("0000").json()["code"] for _ in range(4)] == ["pin_wrong"] * 4
    # when the fifth is wrong too, then even the right one is refused
    assert attempt("0000").json()["code"] == "associate_locked"
    refused = attempt(PIN)
    assert (refused.status_code, refused.json()["code"]) == (403, "associate_locked")
    assert not AssociateSession.objects.exists()
    assert names() == ["associate.pin_refused"] * 5 + ["associate.locked_out", "associate.pin_refused"]
    assert Event.objects.filter(name="associate.pin_refused", data__reason="locked").count() == 1
    # and the tablet can show until when
    listed = tablet.get_json("/associates").json()["items"]
    assert listed[0]["locked_until"] is not None


def test_a_lock_out_grows_and_the_right_pin_after_it_clears_the_count(device, associate):
    at = now()
    assert [lock_seconds(n) for n in (1, 4, 5, 6, 7, 20)] == [0, 0, 60, 120, 240, 3600]

    def attempt(pin, moment):
        return sign_in(device_id=device.id, associate_id=associate.id, pin=pin, by=SYSTEM, at=moment)

    for _ in range(5):
        attempt("0000", at)
    attempt("0000", at + timedelta(seconds=61))
    associate.refresh_from_db()
    assert associate.locked_until == at + timedelta(seconds=61 + 120)
    attempt(PIN, at + timedelta(seconds=182))
    associate.refresh_from_db()
    assert (associate.failed_attempts, associate.locked_until) == (0, None)
    assert AssociateSession.objects.filter(ended_at=None).count() == 1


def test_a_new_pin_lifts_the_lock_out_and_ends_sessions(device, associate):
    client = associate_api(device, associate)
    Associate.objects.update(failed_attempts=9, locked_until=now() + timedelta(hours=1))
    set_pin(associate_id=associate.id, pin="86420", by=SYSTEM, at=now())
    assert client.get_json("/associates").status_code == 401
    associate.refresh_from_db()
    assert associate.locked_until is None and "86420" not in associate.pin_hash
    for weak in ("1234", "9999", "4321", "12", "123456789", "abcd", "٤٧١١"):
        with pytest.raises(RuleViolation):
            set_pin(associate_id=associate.id, pin=weak, by=SYSTEM, at=now())


def test_an_associate_of_another_store_is_not_there(tablet):
    stranger = AssociateFactory(stores=[StoreFactory()])
    assert tablet.get_json("/associates").json()["items"] == []
    answer = tablet.post_json("/associate-sessions", {"associate_id": str(stranger.id), "pin": PIN})
    assert answer.status_code == 404


def test_only_devices_have_associates(anonymous_api, customer_web):
    assert anonymous_api.get_json("/associates").status_code == 401
    assert customer_web.get_json("/associates").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_type_a_code_at_once_one_is_enrolled():
    invitation = invite_device(store_id=StoreFactory().id, name="Counter", by=SYSTEM, at=now())
    gate, results = threading.Barrier(8), []

    def enrol():
        gate.wait()
        try:
            results.append(enrol_device(code=invitation.code, by=SYSTEM, at=now()).token)
        except EnrolmentRefused:
            results.append(None)
        finally:
            connection.close()

    run(enrol, 8)
    assert len([token for token in results if token]) == 1 and len(results) == 8


@pytest.mark.django_db(transaction=True)
def test_twelve_wrong_pins_at_once_count_as_at_most_five():
    # given one associate and twelve tablets that guess at the same moment
    store = StoreFactory()
    associate = AssociateFactory(stores=[store])
    devices = [DeviceFactory(store=store) for _ in range(12)]
    gate, waiting = threading.Barrier(12), iter(devices)
    at = now()

    def guess():
        device = next(waiting)
        gate.wait()
        sign_in(device_id=device.id, associate_id=associate.id, pin="0000", by=SYSTEM, at=at)
        connection.close()

    run(guess, 12)
    # then five were checked and the rest were kept out
    associate.refresh_from_db()
    assert associate.failed_attempts == 5
    assert Event.objects.filter(name="associate.pin_refused", data__reason="wrong").count() == 5
    assert Event.objects.filter(name="associate.pin_refused", data__reason="locked").count() == 7


def run(work, times):
    threads = [threading.Thread(target=work) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
