"""Suzie's story, from the post to the referral: in short here, in full on the running stack."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import Group

from campaigns.messages.models import Print
from campaigns.messages.services.printing import read_print
from demo.places import STAFF
from demo.services.loading import load_demo
from omnichannel.kernel.clock import now
from tests.audiences.tools import ACCOUNT, PIXEL, TOKEN
from tests.journeys.story.cast import hire
from tests.journeys.story.stage import StageHere, wait_for
from tests.journeys.story.suzie import Suzie
from tests.messages.conftest import smtp  # noqa: F401  a real mail server
from tests.orders.conftest import gateway, sandbox_process  # noqa: F401  the card gateway, a process of its own
from tests.stack import ROOT


@pytest.fixture
def ads(settings: Any) -> Iterator[Callable[[], Any]]:
    """The advertising platform's stand-in as a process of its own; answers what it has received."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    shared = {"META_API_BASE": f"{base}/v23.0", "META_ACCESS_TOKEN": TOKEN, "META_PIXEL_ID": PIXEL}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox_ads", "--port", str(port)], cwd=ROOT, env={**os.environ, **shared}
    )

    def received() -> Any:
        with urllib.request.urlopen(f"{base}/received", timeout=5) as answer:
            return orjson.loads(answer.read())

    try:
        wait_for(received, seconds=30)
        for name, value in shared.items():
            setattr(settings, name, value)
        settings.META_AD_ACCOUNT_ID = ACCOUNT
        yield received
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def stage(gateway: Any, smtp: Any, ads: Any, settings: Any) -> StageHere:  # noqa: F811
    """The demo brand's shop in this process: its goods, places, terms and offers, without its year of trade."""
    settings.SOCIAL_WEBHOOK_SECRET = "shared-with-the-bridge"
    for person in STAFF:
        Group.objects.get_or_create(name=person.group)  # migrations made them; a test before this one may have not left them
    load_demo(at=now(), say=lambda _: None, small=True)
    return StageHere(hire(), smtp, ads)


def card_here(customer_id: str) -> tuple[bytes, dict[str, Any]]:
    [made] = Print.objects.filter(customer_id=customer_id)
    return read_print(made), made.words


def test_suzies_story_in_short(stage: StageHere) -> None:
    """Every fact is delivered twice: what is once in the story is once because it must be."""
    suzie = Suzie(stage)
    suzie.marketer_prepares()
    suzie.buys_a_dress_from_the_post()
    card = suzie.finds_a_postcard(card_here)
    suzie.dress_arrives()
    suzie.joins_by_its_qr(card)
    suzie.looks_around()
    link = suzie.leaves_a_jacket()
    suzie.comes_back_by_the_ad(link)
    suzie.is_invited_to_the_popup()
    suzie.pays_with_points_at_the_popup()
    suzie.friend_buys_gloves()
    suzie.friend_brings_them_back()
    suzie.earns_on_social()
    suzie.is_understood()
