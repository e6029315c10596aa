"""Suzie's story, from the post to the referral: in short here, in full on the running stack."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import orjson
import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Browser

from campaigns.audiences.providers import meta
from campaigns.messages.models import Print
from campaigns.messages.services.printing import read_print
from demo.places import STAFF
from demo.services.loading import load_demo
from omnichannel.kernel.clock import now
from tests.audiences.tools import ACCOUNT, PIXEL, TOKEN
from tests.journeys.story.by_api import ByApi
from tests.journeys.story.by_hand import ByHand
from tests.journeys.story.cast import hire
from tests.journeys.story.live import StageLive
from tests.journeys.story.screens import Screens
from tests.journeys.story.stage import StageHere, said, wait_for
from tests.journeys.story.suzie import EMAIL, Suzie
from tests.messages.conftest import smtp  # noqa: F401  a real mail server
from tests.orders.conftest import gateway, sandbox_process  # noqa: F401  the card gateway, a process of its own
from tests.stack import ROOT, Stack, free_ports


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
        meta._client(f"{base}/v23.0").close()
        meta._client.cache_clear()
        process.terminate()
        process.wait(10)


@pytest.fixture
def stage(gateway: Any, smtp: Any, ads: Any, settings: Any) -> StageHere:  # noqa: F811
    """The demo brand's shop in this process: its goods, places, terms and offers, without its year of trade."""
    settings.SOCIAL_WEBHOOK_SECRET = "shared-with-the-bridge"
    for person in STAFF:
        Group.objects.get_or_create(
            name=person.group
        )  # migrations made them; a test before this one may have not left them
    load_demo(at=now(), say=lambda _: None, small=True)
    return StageHere(hire(), smtp, ads)


def live_near_the_popup(suzie: Suzie) -> None:
    """The segment and the journey that the demo's year brings with it."""
    near = [{"kind": "store", "store": suzie.stage.cast["popup"]["id"], "how": "lives"}]
    tree = {"all": [*near, {"kind": "consent", "channel": "email", "purpose": "marketing", "state": "granted"}]}
    body = {"name": "Near the pop-up, story", "key": "story-near-popup", "tree": tree}
    segment = said(suzie.staff.call("POST", "/segments", body), 201)["id"]
    suzie.publish("popup_invitation", popup_segment="story-near-popup")
    said(suzie.staff.call("PATCH", f"/segments/{segment}", {"state": "live"}))


def card_here(customer_id: str) -> tuple[bytes, dict[str, Any]]:
    [made] = Print.objects.filter(customer_id=customer_id)
    return read_print(made), made.words


class Actor(Protocol):
    """What customers and the associate do: through the API, or by hand on the screens."""

    def buys_the_dress(self) -> None: ...
    def joins_by_the_postcard(self) -> None: ...
    def looks_around(self) -> None: ...
    def leaves_the_jacket(self) -> None: ...
    def comes_back_by_the_ad(self, link: str) -> None: ...
    def says_where_she_lives(self) -> None: ...
    def reads_in_the_app(self, points: int) -> None: ...
    def pays_with_points(self) -> int: ...
    def friend_buys_gloves(self) -> None: ...
    def friend_brings_them_back(self) -> None: ...
    def follows(self) -> None: ...
    def shares_a_photo(self) -> None: ...
    def says_yes(self, post: dict[str, Any]) -> None: ...


def play(suzie: Suzie, actor: Actor, *, touches: set[str]) -> None:
    """All nine steps in their order, each with what it leaves behind."""
    suzie.marketer_prepares()
    # 1
    actor.buys_the_dress()
    suzie.dress_is_ordered()
    # 2
    suzie.postcard_is_made()
    suzie.dress_arrives()
    actor.joins_by_the_postcard()
    suzie.is_a_member()
    # 3
    actor.looks_around()
    suzie.is_in_the_audience()
    # 4
    actor.leaves_the_jacket()
    link = suzie.is_reminded()
    # 5
    actor.comes_back_by_the_ad(link)
    suzie.jacket_is_ordered()
    # 6
    actor.says_where_she_lives()
    suzie.popup_is_announced()
    actor.reads_in_the_app(suzie.earns_before_she_looks())
    suzie.expect_told("message.opened")
    suzie.towel_is_paid_with_points(actor.pays_with_points())
    # 7
    actor.friend_buys_gloves()
    suzie.both_have_a_voucher()
    actor.friend_brings_them_back()
    suzie.nobody_has_a_voucher()
    # 8
    suzie.points["before_social"] = suzie.loyalty()["points"]["active"]
    actor.follows()
    suzie.follow_earned()
    actor.shares_a_photo()
    suzie.post_can_be_shopped(suzie.photo_is_judged(actor.says_yes))
    # 9
    suzie.is_understood(touches=touches)


def test_suzies_story_in_short(stage: StageHere) -> None:
    """Every fact is delivered twice: what is once in the story is once because it must be."""
    suzie = Suzie(stage)
    live_near_the_popup(suzie)
    play(suzie, ByApi(suzie, stage, card_here), touches={"mail", "ad"})


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """The whole product by its supervisor, with the demo brand and its year."""
    # Short and reachable by the database's account, which pytest's own folders (0700) are not.
    with tempfile.TemporaryDirectory(prefix="omni-story-") as folder:
        running = Stack(Path(folder), free_ports())
        try:
            wait_for(lambda: _is_up(running), seconds=900)
            yield running
        finally:
            running.end()


def _is_up(running: Stack) -> None:
    if running.process.poll() is not None:
        pytest.fail(running.output.read_text())
    assert running.said("Omnichannel is up")


@pytest.mark.prove
@pytest.mark.browser
def test_suzies_story_on_the_running_stack(stack: Stack, browser: Browser) -> None:
    with closing(StageLive(stack.data_dir, stack.port)) as live, closing(Screens(browser, live)) as screens:
        suzie = Suzie(live)
        with closing(ByHand(suzie, browser, screens)) as actor:
            play(suzie, actor, touches={"social", "ad"})
        look_at_the_desk(suzie, screens)


def look_at_the_desk(suzie: Suzie, screens: Screens) -> None:
    """Each step is found on the screens, without a shell."""
    order = suzie.orders["jacket"]
    screens.show(f"/demo/mailbox/?to={EMAIL}", "Quay rain jacket", "is confirmed")
    screens.show(f"/admin/customers/customer/{suzie.customer_id}/profile/", "Quay rain jacket")
    screens.show(f"/admin/campaign_journeys/journey/{suzie.journeys['abandoned_cart']}/canvas/", "Cart left behind")
    screens.show(f"/admin/campaign_messages/decision/why/?customer={suzie.customer_id}", "Cart left behind")
    screens.show(f"/admin/insights/path/{order['id']}/change/", order["number"])
