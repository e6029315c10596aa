"""Deadlines in words, as people at a counter say them."""

from datetime import datetime, timedelta

SOON = timedelta(minutes=30)


def left(due: datetime, at: datetime) -> str:
    """“14 min left”, “late by 2 h”; beyond a day in days."""
    span = due - at
    if span >= timedelta(0):
        return f"{_span(span)} left"
    return f"late by {_span(-span)}"


def clock(due: datetime, at: datetime) -> str:
    """“16:20” today, “Thu 16:20” within a week, else “3 Jun”. Both in the store's own zone."""
    days = (due.date() - at.date()).days
    if days == 0:
        return f"{due:%H:%M}"
    return f"{due:%a %H:%M}" if -7 < days < 7 else f"{due.day} {due:%b}"


def tone(due: datetime, at: datetime) -> str:
    """danger when late, warn within half an hour, else nothing."""
    return "danger" if due < at else "warn" if due - at <= SOON else ""


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // 1440} days"
