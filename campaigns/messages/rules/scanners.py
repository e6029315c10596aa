"""Telling people from the machines that open their mail for them. Pure.

Mail security opens every link before the person does, mail programs fetch pictures ahead of time, and some ask with
HEAD first. None of that is interest.
"""

from collections.abc import Mapping
from datetime import timedelta

# Named in what they send as User-Agent. Google's picture proxy is absent: it fetches when a person opens the mail.
_MACHINES = (
    "barracuda", "proofpoint", "mimecast", "safelinks", "microsoft office existence", "msoffice", "symantec",
    "messagelabs", "trendmicro", "sophos", "forcepoint", "fireeye", "cisco", "ironport", "bitdefender", "avast",
    "kaspersky", "urlscan", "virustotal", "bot", "crawler", "spider", "preview", "curl/", "wget/", "python-", "go-http",
    "java/", "okhttp", "libwww", "headlesschrome", "facebookexternalhit", "slackbot", "whatsapp", "telegram",
)  # fmt: skip
_PREFETCH = ("prefetch", "preview", "prerender")
#: Nobody reads and clicks within this time of the mail being handed over.
TOO_SOON = timedelta(seconds=2)
#: One person does not follow more different links than this within the time beside it.
BURST, BURST_WITHIN = 3, timedelta(seconds=3)


def machine_reason(
    *, method: str, headers: Mapping[str, str], since_sent: timedelta | None, others_just_now: int = 0
) -> str:
    """Why this hit is not a person's, empty for a person's. `others_just_now`: other links of the same mail, in BURST_WITHIN."""
    agent = headers.get("User-Agent", "").lower()
    if method != "GET":
        return f"asked with {method}"
    for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"):
        if any(word in headers.get(name, "").lower() for word in _PREFETCH):
            return "fetched ahead by the browser"
    # Apple's mail privacy fetches every picture as this and nothing more, read or not.
    if agent.strip() in ("", "mozilla/5.0"):
        return "fetched by a mail program on its own"
    if (machine := next((name for name in _MACHINES if name in agent), "")) != "":
        return f"a scanner ({machine.strip('/-')})"
    if since_sent is not None and since_sent < TOO_SOON:
        return "sooner than anybody reads"
    if others_just_now >= BURST:
        return "every link at once"
    return ""
