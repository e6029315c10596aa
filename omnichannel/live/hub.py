"""One subscription a process, fanned out to its streams: the newest version wins, nothing queues up."""

import asyncio
import logging
from collections import defaultdict

import redis.asyncio
from django.conf import settings

from omnichannel.events.live import LIVE_PREFIX

logger = logging.getLogger(__name__)
_PREFIX = LIVE_PREFIX.encode()


class Stream:
    """A watcher's mailbox of size one."""

    __slots__ = ("_woken", "ended", "look_again", "topic", "version")

    def __init__(self, topic: str, version: int) -> None:
        self.topic = topic
        self.version = version
        self.ended = False
        self.look_again = False
        self._woken = asyncio.Event()

    def offer(self, version: int) -> None:
        if version > self.version:
            self.version = version
            self._woken.set()

    def wake(self, *, look_again: bool = False, ended: bool = False) -> None:
        self.look_again |= look_again
        self.ended |= ended
        self._woken.set()

    async def wait(self, seconds: float) -> None:
        """Until something is new, at most this long."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()


class Hub:
    def __init__(self) -> None:
        self._streams: dict[str, set[Stream]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None
        self.ending = False

    def __len__(self) -> int:
        return sum(len(streams) for streams in self._streams.values())

    def start(self) -> None:
        self._reader = asyncio.get_running_loop().create_task(self._read())

    def end_all(self) -> None:
        """End every stream; those that come after are turned away."""
        self.ending = True
        for streams in list(self._streams.values()):
            for stream in list(streams):
                stream.wake(ended=True)

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def join(self, stream: Stream) -> None:
        self._streams[stream.topic].add(stream)

    def leave(self, stream: Stream) -> None:
        streams = self._streams.get(stream.topic)
        if streams is not None:
            streams.discard(stream)
            if not streams:
                del self._streams[stream.topic]

    async def _read(self) -> None:
        """Subscribe and hand out, for ever. Publishes lost while Redis was away are made up by looking again."""
        first = True
        while True:
            client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=None)
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.psubscribe(f"{LIVE_PREFIX}*")
                    if not first:
                        self._look_again()
                    first = False
                    async for message in subscription.listen():
                        self._hand_out(message["channel"], message["data"])
            except (redis.RedisError, OSError) as error:
                logger.warning("live subscription lost", extra={"reason": str(error)})
                first = False
            finally:
                await client.aclose()
            await asyncio.sleep(0.5)

    def _hand_out(self, channel: bytes, data: bytes) -> None:
        streams = self._streams.get(channel.removeprefix(_PREFIX).decode())
        if not streams:
            return
        try:
            version = int(data)
        except ValueError:
            return
        for stream in streams:
            stream.offer(version)

    def _look_again(self) -> None:
        for streams in self._streams.values():
            for stream in streams:
                stream.wake(look_again=True)
