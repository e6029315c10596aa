"""Following a page's figures to the rows behind them, as a reader would."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

from django.test import Client

_LINK = re.compile(r'<a href="([^"]+)" data-figure="(\w+)"(?: data-shown="([^"]*)")?[^>]*>(.*?)</a>', re.S)
_TOLD = re.compile(r'data-count="(\d+)" data-total="([^"]*)"')


def figures_of(client: Client, address: str) -> list[tuple[str, str, str]]:
    """Of each figure on a page: which it is, what is shown, and what its rows come to, written as the page writes."""
    page = client.get(address).content.decode()
    found = []
    for link, what, shown, text in _LINK.findall(page):
        url = html.unescape(link)
        rows = client.get(url)
        assert rows.status_code == 200, url
        body = rows.content.decode()
        told = _TOLD.search(body)
        assert told is not None, url
        count, total = told[1], html.unescape(told[2])
        shown = html.unescape(shown or re.sub(r"<[^>]+>", "", text)).strip()
        figure = parse_qs(urlsplit(url).query)["figure"][0]
        if what == "count":
            assert body.count("<tr><td") == min(int(count), 50), url
            number = int(re.sub(r"[^0-9]", "", shown))
            found.append((figure, shown, shown if number == int(count) else count))
        else:
            # Large amounts are shown without their cents.
            cents = "." in shown or "points" in shown
            found.append((figure, shown, total if cents else total.rpartition(".")[0] or total))
    return found
