"""Written down first, sent once, tried again, given up: over a real SMTP server."""

from datetime import timedelta

import pytest

from campaigns.messages.rules.backoff import MAX_ATTEMPTS
from campaigns.messages.rules.catalogue import sample_data
from campaigns.messages.services.sending import LEASE, Intent, _claim, intend_message, send_due, withdraw_message
from campaigns.messages.states import MessageState
from customers.models import Suppression
from omnichannel.brand.models import BrandKit
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.customers.factories import CustomerFactory
from tests.messages.conftest import CaughtBySmtp, html_of, plain_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def brand():
    kit = BrandKit.objects.first() or BrandKit()
    kit.name, kit.colour, kit.sender_name, kit.sender_email = "Marram", "#0b6480", "Marram", "hello@marram.example"
    kit.postal_address = "12 Harbour Street\nPortland, ME"
    kit.support_url = "https://marram.example/help"
    kit.save()
    return kit


def intend(key="order_confirmed", dedup="one", to="suzie@example.com", **fields):
    return intend_message(
        intent=Intent(template_key=key, dedup_key=dedup, recipient=to, data=sample_data(key), **fields), at=now()
    )


def test_a_mail_has_subject_both_parts_links_and_the_brand(smtp: CaughtBySmtp):
    # given
    customer = CustomerFactory(email="suzie@example.com")
    message = intend(customer_id=customer.pk)
    # when
    taken = send_due(at=now())
    # then
    assert taken == 1
    [mail] = smtp.mails
    assert mail["Subject"] == "Your order K7QM-2XRD is confirmed"
    assert mail["From"] == "Marram <hello@marram.example>"
    assert mail["Message-ID"] == f"<{message.pk}@marram.example>"
    html, plain = html_of(mail), plain_of(mail)
    for part in (html, plain):
        assert "Suzie" in part and "Gansey jumper" in part and "$182.00" in part
        assert "https://example.com/orders/K7QM-2XRD" in part
        assert "Portland, ME" in part and "https://marram.example/help" in part
    assert "#0b6480" in html and "{{" not in html and "{%" not in html and "<mj-" not in html
    assert "fonts.googleapis" not in html and "<link" not in html and "@import" not in html
    message.refresh_from_db()
    assert message.state == MessageState.SENT and message.sent_at is not None
    fact = Event.objects.get(name="message.sent")
    assert (fact.subject_id, fact.identity_id) == (message.pk, customer.pk)


def test_one_dedup_key_is_one_message_however_often_it_is_intended(smtp: CaughtBySmtp):
    assert intend() is not None
    assert intend() is None
    send_due(at=now())
    assert intend() is None
    send_due(at=now())
    assert len(smtp.mails) == 1


def test_customers_words_cannot_become_markup(smtp: CaughtBySmtp):
    data = sample_data("order_confirmed")
    data["order"]["first_name"] = "<script>alert(1)</script>\r\nBcc: x@example.com"
    intend_message(
        intent=Intent(template_key="order_confirmed", dedup_key="x", recipient="suzie@example.com", data=data), at=now()
    )
    send_due(at=now())
    [mail] = smtp.mails
    assert "<script>alert" not in html_of(mail) and "&lt;script&gt;" in html_of(mail)
    assert mail["Bcc"] is None


def test_a_suppressed_address_gets_nothing_and_staff_see_why(smtp: CaughtBySmtp):
    # given one suppressed before, one between intent and sending
    Suppression.objects.create(address="gone@example.com", reason="hard bounce")
    before = intend(dedup="a", to="Gone@example.com")
    between = intend(dedup="b", to="late@example.com")
    Suppression.objects.create(address="late@example.com", reason="complaint")
    # when
    send_due(at=now())
    # then
    assert smtp.mails == []
    for message in (before, between):
        message.refresh_from_db()
        assert message.state == MessageState.SUPPRESSED and message.reason


def test_a_server_that_is_down_costs_delay_and_no_message(smtp: CaughtBySmtp):
    # given
    smtp.stop()
    message = intend()
    # when
    send_due(at=now())
    # then it waits
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.INTENDED, 1)
    assert now() < message.due_at < now() + timedelta(minutes=1)
    assert message.reason
    # and goes once the server is back
    smtp.start()
    assert send_due(at=now()) == 0
    assert send_due(at=message.due_at) == 1
    assert len(smtp.mails) == 1


def test_an_address_the_server_refuses_for_good_is_not_tried_again_and_stops_nobody_else(smtp: CaughtBySmtp):
    smtp.refuse["nobody@example.com"] = "550 5.1.1 no such user"
    smtp.refuse["busy@example.com"] = "450 4.2.0 try later"
    refused = intend(dedup="a", to="nobody@example.com")
    later = intend(dedup="b", to="busy@example.com")
    fine = intend(dedup="c", to="suzie@example.com")
    send_due(at=now())
    for message in (refused, later, fine):
        message.refresh_from_db()
    assert (refused.state, refused.reason) == (MessageState.FAILED, "550 5.1.1 no such user")
    assert (later.state, later.attempts) == (MessageState.INTENDED, 1)
    assert fine.state == MessageState.SENT
    assert Event.objects.filter(name="message.failed", subject_id=refused.pk).count() == 1


def test_a_message_is_given_up_after_a_day_of_attempts(smtp: CaughtBySmtp):
    smtp.stop()
    message = intend()
    started = message.due_at
    for _ in range(MAX_ATTEMPTS):
        message.refresh_from_db()
        send_due(at=message.due_at)
    message.refresh_from_db()
    assert message.state == MessageState.FAILED
    assert started < message.created_at + timedelta(days=2)


def test_a_sender_killed_between_claim_and_hand_over_leaves_the_message_to_the_next(smtp: CaughtBySmtp):
    # given a sender that claimed and died
    at = now()
    message = intend()
    [claimed] = _claim(at=now())
    assert claimed.pk == message.pk
    # then nobody else sends it while the claim lasts
    assert send_due(at=now()) == 0
    # and the next one does after
    assert send_due(at=at + LEASE + timedelta(seconds=5)) == 1
    assert len(smtp.mails) == 1


def test_a_message_that_is_no_longer_true_is_withdrawn(smtp: CaughtBySmtp):
    message = intend("order_placed_awaiting_payment", "unpaid", due_at=now() + timedelta(minutes=5))
    assert send_due(at=now()) == 0
    assert withdraw_message(dedup_key="unpaid", reason="the order was paid")
    assert send_due(at=now() + timedelta(minutes=6)) == 0
    message.refresh_from_db()
    assert (message.state, message.reason) == (MessageState.WITHDRAWN, "the order was paid")


def test_the_text_of_a_message_that_opens_an_account_is_dropped_once_sent(smtp: CaughtBySmtp):
    message = intend("reset_password", "r")
    send_due(at=now())
    message.refresh_from_db()
    assert (message.html, message.text, message.state) == ("", "", MessageState.SENT)
    assert "https://example.com/account" in plain_of(smtp.mails[0])
