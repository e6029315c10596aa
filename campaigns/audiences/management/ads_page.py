"""The page on which the stand-in shows what it received."""

import html
import time
from typing import Any


def page(received: dict[str, Any]) -> str:
    """What it received, for a person's eye."""
    rows = "".join(
        f"<tr><td>{_time(event['received_at'])}<td><b>{_e(event['event_name'])}</b>"
        f"<td>{_e(', '.join((event.get('custom_data') or {}).get('content_ids', [])))}"
        f"<td>{_e(event['who'] or 'somebody')}<td>{_e(' and '.join(event['sources']))}"
        f"<td>{event['times']}<td class=id>{_e(event['event_id'])}"
        for event in received["events"]
    )
    lists = "".join(
        f"<li><b>{_e(each['name'])}</b> <span>{each['people']} {'person' if each['people'] == 1 else 'people'}</span></li>"
        for each in received["lists"]
    )
    return _PAGE.format(
        counted=received["counted"],
        rows=rows or "<tr><td colspan=7>Nothing yet. Look at something in the shop.",
        lists=lists or "<li>No list yet.</li>",
    )


def _e(value: Any) -> str:
    return html.escape(str(value))


def _time(moment: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(moment))


_PAGE = """<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">
<meta http-equiv=refresh content=3><title>Advertising platform, stand-in</title><style>
body{{font:14px/1.45 Inter,system-ui,sans-serif;background:#faf9f7;color:#1f1e1b;margin:0 auto;max-width:1080px;padding:24px}}
h1{{font-size:20px;margin:0 0 4px}}h2{{font-size:15px;margin:28px 0 8px}}p{{color:#67635c;margin:0}}
.card{{background:#fff;border:1px solid #e5e2dc;border-radius:12px;overflow:auto}}
table{{border-collapse:collapse;width:100%}}td,th{{text-align:left;padding:9px 12px;border-top:1px solid #efece7;vertical-align:top}}
th{{color:#67635c;font-weight:500;border:0}}.id{{color:#7d7972;font-size:12px;word-break:break-all;max-width:260px}}
ul{{list-style:none;margin:0;padding:4px 16px}}li{{padding:9px 0}}li span{{color:#67635c;margin-left:8px}}
</style><h1>What the advertising platform received</h1>
<p>A stand-in for Meta on this machine. An event that both the page and the server tell of counts once.</p>
<h2>{counted} events</h2><div class=card><table><tr><th>UTC<th>Event<th>Goods<th>Who<th>Told by<th>Times<th>Event id</tr>{rows}</table></div>
<h2>Lists of people</h2><div class=card><ul>{lists}</ul></div></html>"""
