"""The door of the media engine: everything the call control's actions ask of sound."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from dakehu.switch.announcements.names import Language
from dakehu.switch.media.answering import Origin
from dakehu.switch.media.config import MediaConfig
from dakehu.switch.media.endpoint import Endpoint, OnDigit
from dakehu.switch.media.player import Player
from dakehu.switch.media.ports import PortPair, PortPool
from dakehu.switch.media.prompts.building import Building
from dakehu.switch.media.prompts.shelf import Shelf, Sound
from dakehu.switch.media.recorder import OnSaved, Recorder, Recording
from dakehu.switch.media.room import Room
from dakehu.switch.media.rtp import RtpStream
from dakehu.switch.media.ticker import Ticker
from dakehu.switch.media.webrtc.describing import is_browsers
from dakehu.switch.media.webrtc.dtls import Identity
from dakehu.switch.media.webrtc.endpoint import BrowserEndpoint
from dakehu.switch.media.webrtc.ice import Credentials
from dakehu.switch.sip.sdp import Direction, Sdp


@dataclass(frozen=True, slots=True)
class MediaStatus:
    """For the status file. `late_packets` left more than 10 ms after they were due, since the start."""

    ports: int
    ports_in_use: int
    rooms: int
    playing: int
    packets: int
    late_packets: int
    skipped_ticks: int
    worst_lateness_ms: float
    counters: dict[str, int] = field(default_factory=dict)


class MediaDesk:
    """One per process. Every method belongs to the event loop's thread and returns at once.

    Callbacks come from the loop, never from within a method of the desk.
    """

    def __init__(self, config: MediaConfig) -> None:
        self.config = config
        self._loop = asyncio.get_running_loop()
        self.counters: Counter[str] = Counter()
        self.shelf = Shelf(config.prompts_path, self._loop.time, config.tones_path)
        self._host = config.advertise or config.host
        self._pool = PortPool(config.host, config.first_port, config.last_port)
        self._identity: Identity | None = None
        self._random = random.SystemRandom()
        self._endpoints: dict[Endpoint, Origin] = {}
        self._active: dict[Endpoint, None] = {}
        self._rooms: dict[Endpoint, Room] = {}
        self._relays: dict[Endpoint, Endpoint] = {}
        self._recorder = Recorder()
        self._ticker = Ticker(self._tick)
        self._building = Building(config, self.shelf.forget)

    def start(self) -> None:
        """The clock begins; missing prompts are made by a process beside."""
        self._ticker.start()
        if self.config.builds_prompts:
            self._building.start()

    def stop(self) -> None:
        """Close every endpoint, save all recordings, stop the clock; again is nothing."""
        for endpoint in list(self._endpoints):
            self.close(endpoint)
        self._recorder.stop()
        self._ticker.stop()
        self._building.stop()

    def endpoint(
        self,
        offered: Sdp | None,
        *,
        direction: Direction = Direction.SENDRECV,
        on_digit: OnDigit | None = None,
        browser: bool = False,
    ) -> Endpoint:
        """A port for a peer: `local` answers the offer, or is our own offer when there is none.

        An offer of DTLS-SRTP is a browser's and answered as one; ours is one for a `browser`. Raises
        `NoCommonCodec`, `NotSecured`, `PortsExhausted`.
        """
        pair = self._pool.take()
        endpoint = self._made(pair, browser=browser if offered is None else is_browsers(offered))
        origin = Origin(self._host, pair.port, self._random.getrandbits(31))
        try:
            if offered is None:
                endpoint.local = endpoint.offers(origin, direction)
            else:
                endpoint.local, agreement = endpoint.describe(offered, origin, direction)
                endpoint.agree(agreement)
        except BaseException:
            endpoint.detach()
            self._pool.give_back(pair)
            raise
        endpoint.on_digit = on_digit
        self._endpoints[endpoint] = origin
        return endpoint

    def _made(self, pair: PortPair, *, browser: bool) -> Endpoint:
        bits = self._random.getrandbits
        stream = RtpStream(bits(32), bits(15), bits(32))
        if not browser:
            return Endpoint(pair, stream, self.counters, self._last_tick)
        if self._identity is None:
            self._identity = Identity(datetime.now(tz=UTC))
        return BrowserEndpoint(
            pair, stream, self.counters, self._last_tick, self._identity, self._credentials
        )

    def _credentials(self) -> Credentials:
        bits = self._random.getrandbits
        return Credentials(f"{bits(48):012x}", f"{bits(128):032x}")

    def _last_tick(self) -> int:
        return self._ticker.tick

    def answered(self, endpoint: Endpoint, their_answer: Sdp) -> None:
        """The peer's answer to our offer. Raises `NoCommonCodec`, `NotSecured`; the endpoint then stays as it
        was."""
        endpoint.agree(endpoint.accepts(their_answer))

    def reoffered(
        self, endpoint: Endpoint, offered: Sdp, *, direction: Direction = Direction.SENDRECV
    ) -> Sdp:
        """Our answer to a later offer (hold, retrieve, a moved telephone). Raises `NoCommonCodec`."""
        origin = self._next_version(endpoint)
        endpoint.local, agreement = endpoint.describe(offered, origin, direction)
        endpoint.agree(agreement)
        return endpoint.local

    def reoffer(self, endpoint: Endpoint, *, direction: Direction = Direction.SENDRECV) -> Sdp:
        """A new offer of ours on the same port, to be followed by `answered`."""
        endpoint.local = endpoint.offers(self._next_version(endpoint), direction)
        return endpoint.local

    def play(
        self,
        endpoint: Endpoint,
        sounds: Sequence[Sound],
        *,
        languages: Sequence[Language] | None = None,
        loop: bool = False,
        on_finished: Callable[[], None] | None = None,
    ) -> None:
        """Play instead of what was played before, whose `on_finished` is never called.

        The whole sequence is spoken in each language (the configured ones by default). A prompt that does not
        exist yet sounds as its tone. Raises `OSError`, `ValueError` for a file that can't be played.
        """
        clips = self.shelf.clips(sounds, self.config.languages if languages is None else languages)
        self._set_source(endpoint, Player(clips, loop=loop), on_finished)

    def silence(self, endpoint: Endpoint) -> None:
        """Play nothing more; `on_finished` is not called."""
        self._set_source(endpoint, None, None)

    def room(self) -> Room:
        """An empty room; one that is empty again needs no closing."""
        return Room(self._loop.call_soon)

    def enter(self, room: Room, endpoint: Endpoint, *, hears: bool = True, speaks: bool = True) -> None:
        """Into the room, out of the room or relay it was in; again changes who hears and speaks.

        What is played to the endpoint alone goes before the room. A closed endpoint enters nothing.
        """
        if not endpoint.is_open:
            return
        if self._rooms.get(endpoint) is not room:
            self.leave(endpoint)
        self._rooms[endpoint] = room
        room.enter(endpoint, hears=hears, speaks=speaks)
        self._active[endpoint] = None

    def leave(self, endpoint: Endpoint) -> None:
        """Out of the room or the relay it is in, if any."""
        other = self._relays.pop(endpoint, None)
        if other is not None:
            del self._relays[other]
            endpoint.relay = other.relay = None
        room = self._rooms.pop(endpoint, None)
        if room is not None:
            buffer = room.leave(endpoint).buffer
            self.counters["late_in_room"] += buffer.late
            self.counters["lost_in_room"] += buffer.lost

    def relay(self, one: Endpoint, other: Endpoint) -> None:
        """From now on the two hear each other, packet by packet: sound and telephone-events.

        Payload types and laws are translated, SSRC and sequence are ours. What is played to one of them goes
        before. Both leave the rooms and relays they were in; a closed one relays nothing.
        """
        self.leave(one)
        self.leave(other)
        if one.is_open and other.is_open:
            self._relays[one], self._relays[other] = other, one
            one.relay, other.relay = other.pass_on, one.pass_on

    def play_to_room(
        self,
        room: Room,
        sounds: Sequence[Sound],
        *,
        languages: Sequence[Language] | None = None,
        loop: bool = False,
        on_finished: Callable[[], None] | None = None,
    ) -> None:
        """`play`, for all who hear in the room, over what they say. In an empty room it waits."""
        clips = self.shelf.clips(sounds, self.config.languages if languages is None else languages)
        room.play(Player(clips, loop=loop, on_finished=on_finished))

    def silence_room(self, room: Room) -> None:
        """Play nothing more to the room; `on_finished` is not called."""
        room.play(None)

    def record(
        self,
        target: Endpoint | Room,
        path: Path,
        *,
        stereo: bool = False,
        most_s: float = 4 * 3600.0,
        on_saved: OnSaved | None = None,
    ) -> Recording:
        """Record into a new WAV (A-law, 8 kHz) until it is ended, the endpoint is closed or `most_s` is over.

        Of an endpoint what it says and what it hears, mixed, or with `stereo` left and right; of a room all
        that is said in it. Raises `OSError` where the file exists or can't be made.
        """
        stereo = stereo and isinstance(target, Endpoint)
        return self._recorder.begin(target, path, stereo=stereo, most_s=most_s, on_saved=on_saved)

    def end_recording(self, recording: Recording) -> None:
        """Write the rest; `on_saved` follows. Again is nothing."""
        self._recorder.end(recording)

    def press(self, endpoint: Endpoint, keys: str) -> None:
        """Send keys as telephone-events. Raises ValueError for what is no key."""
        endpoint.digits.press(keys)
        self._active[endpoint] = None

    def close(self, endpoint: Endpoint) -> None:
        """Give the ports back; again is nothing."""
        if self._endpoints.pop(endpoint, None) is None:
            return
        self.leave(endpoint)
        self._recorder.end_of(endpoint)
        self._active.pop(endpoint, None)
        endpoint.detach()
        self._pool.give_back(endpoint.pair)

    def status(self) -> MediaStatus:
        """Figures since the start."""
        ticker = self._ticker
        return MediaStatus(
            ports=self._pool.size,
            ports_in_use=self._pool.in_use,
            rooms=len(set(self._rooms.values())),
            playing=len(self._active),
            packets=ticker.packets,
            late_packets=ticker.late_packets,
            skipped_ticks=ticker.skipped_ticks,
            worst_lateness_ms=round(ticker.worst_s * 1000, 1),
            counters=dict(self.counters),
        )

    def _set_source(
        self, endpoint: Endpoint, source: Player | None, on_finished: Callable[[], None] | None
    ) -> None:
        if not endpoint.is_open:
            return
        endpoint.source = source
        endpoint.on_finished = on_finished
        if source is not None:
            self._active[endpoint] = None

    def _next_version(self, endpoint: Endpoint) -> Origin:
        origin = self._endpoints[endpoint]
        self._endpoints[endpoint] = origin = replace(origin, version=origin.version + 1)
        return origin

    def _tick(self, tick: int) -> int:
        for room in dict.fromkeys(self._rooms.values()):
            room.tick(tick)
        sent = 0
        idle = []
        for endpoint in self._active:
            sent += endpoint.tick(tick)
            if not endpoint.is_active:
                idle.append(endpoint)
        for endpoint in idle:
            del self._active[endpoint]
        self._recorder.tick(tick)
        return sent
