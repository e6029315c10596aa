"""The latest of each source, for who watches it come in: kept in Redis, lost without harm."""

import logging
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
import redis
from django.conf import settings

if TYPE_CHECKING:
    from customers.services.tracking import Taken

logger = logging.getLogger(__name__)

KEPT = 200
OF_A_BATCH = 20
PREFIX = "omnichannel:source:"
DAY_SECONDS = 86_400


def note_batch(*, source_id: UUID, taken: "Taken", at: datetime) -> None:
    """Remember what came, how it was understood and what was refused and why."""
    doubted = dict(taken.doubted)
    notes: list[dict[str, Any]] = [
        {"at": at, "state": "refused", "index": one.index, "message_id": one.message_id, "code": one.code,
         "title": one.title}
        for one in taken.refused[:OF_A_BATCH]
    ]  # fmt: skip
    for message in taken.messages[: OF_A_BATCH - min(len(notes), OF_A_BATCH)]:
        notes.append(
            {
                "at": at,
                "state": "stored" if message.index in taken.stored else "seen_before",
                "index": message.index,
                "message_id": message.message_id,
                "type": message.type,
                "name": message.name,
                "who": message.user_id or message.anonymous_id,
                "is_echo": message.is_echo,
                "is_bot": bool(message.context.get("bot")),
                "time": message.context.get("time", ""),
                "occurred_at": message.occurred_at,
                "data": _short(message.data),
                "code": doubted.get(message.index, ""),
            }
        )
    if not notes:
        return
    key = f"{PREFIX}{source_id}"
    try:
        with _client().pipeline(transaction=False) as pipe:
            pipe.lpush(key, *(orjson.dumps(note) for note in reversed(notes)))
            pipe.ltrim(key, 0, KEPT - 1)
            pipe.expire(key, DAY_SECONDS)
            pipe.hincrby(f"{key}:count", "stored", len(taken.stored))
            pipe.hincrby(f"{key}:count", "seen_before", len(taken.messages) - len(taken.stored))
            pipe.hincrby(f"{key}:count", "refused", len(taken.refused))
            pipe.execute()
    except redis.RedisError as error:
        logger.warning("the source's latest is not kept", extra={"reason": str(error)})


def list_latest(source_id: UUID, *, limit: int = 100) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The newest notes and the counts since the source was first seen; empty while Redis is away."""
    key = f"{PREFIX}{source_id}"
    try:
        notes: Any = _client().lrange(key, 0, limit - 1)
        counts: Any = _client().hgetall(f"{key}:count")
    except redis.RedisError:
        return [], {}
    return [orjson.loads(note) for note in notes], {name.decode(): int(value) for name, value in counts.items()}


def _short(data: dict[str, Any]) -> Any:
    text = orjson.dumps(data)
    return data if len(text) <= 1_500 else {"…": f"{len(text)} bytes"}


@lru_cache
def _client() -> Any:
    # 50 ms: watching must never cost more than what is watched.
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.05, socket_connect_timeout=0.05)
