"""Forty roads that a laptop's work may have to take."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.proxy.faults import FAULTS, SIGNED
from tests.proxy.proxy import Fault, Link

CHALLENGE, HELLO, PUSH, PULL = "/v1/challenge", "/v1/hello", "/v1/push", "/v1/pull"
HEALTH, CONTENT = "/v1/health", "/v1/content"
HAVE, MEDIA = "/v1/have", "/v1/media"
GREET, ENTER, DEPOSIT, COLLECT = "/greet", "/enter", "/deposit", "/collect"
"""Of a supervisor's laptop."""
RELAY = "/v1/relay"
"""Of the server, asked by that laptop."""
CARRYING = (HAVE, MEDIA, DEPOSIT, RELAY)
"""Where more than envelopes goes, or goes another way: each meets every fault."""
ANY = "/"


@dataclass(frozen=True, slots=True)
class Step:
    """Spoils the first requests to a path that begins so."""

    fault: str
    at: str = ANY
    times: int = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """``steps`` of one path come in their order, those of different paths as requests come; of
    ``mixed``, ``count`` come by chance after them, to any request."""

    name: str
    steps: tuple[Step, ...] = ()
    link: Link = Link()  # noqa: RUF009 (frozen)
    mixed: tuple[str, ...] = ()
    count: int = 0


class Playing:
    """One recipe under way: the proxy asks it for the fault of each request."""

    def __init__(self, recipe: Recipe, seed: str) -> None:
        self._steps = [(step.fault, step.at) for step in recipe.steps for _ in range(step.times)]
        self._mixed = recipe.mixed
        self._left = recipe.count
        self._random = Random(seed)  # noqa: S311 (faults, not secrets)

    @property
    def is_over(self) -> bool:
        return not self._steps and not self._left

    def __call__(self, path: str) -> tuple[str, Fault] | None:
        for index, (name, at) in enumerate(self._steps):
            if path.startswith(at):
                del self._steps[index]
                return name, FAULTS[name]
        if self._left and not self._steps and self._random.random() < 0.5:
            self._left -= 1
            name = self._random.choice(self._mixed)
            if name == "wrong_signature" and path not in SIGNED:
                name = "corrupt_down"
            return name, FAULTS[name]
        return None


_FAST = tuple(name for name in FAULTS if not name.startswith("stall"))
_GATEWAYS = ("bad_gateway_502", "unavailable_503", "too_many_429", "timeout_after_commit")
_PORTALS = ("html_200", "portal_302", "login_511", "liar_200", "no_http")
_CALLS = (CHALLENGE, HELLO, PUSH, PULL)
_BEYOND = (HAVE, MEDIA, ENTER, DEPOSIT, COLLECT, RELAY)
_EVERY_STEP = (
    *(CHALLENGE, HELLO, PUSH, PULL, PUSH, CONTENT, HAVE, MEDIA, HAVE, MEDIA),
    *(GREET, ENTER, DEPOSIT, COLLECT, RELAY),
)


def _on_all(fault: str, steps: tuple[str, ...] = _EVERY_STEP) -> tuple[Step, ...]:
    """At each kind of request of a session, of a visit to a relay, and of what that sends on."""
    return tuple(Step(fault, at) for at in steps)


def _on_carrying(faults: tuple[str, ...]) -> tuple[Step, ...]:
    return tuple(Step(fault, at) for fault in faults for at in CARRYING)


RECIPES = (
    Recipe("latency_600_ms", link=Link(latency_s=0.6), mixed=("lost_reply",), count=1),
    Recipe("slow_2_kbit", link=Link(bits_per_s=2_000), mixed=("reset",), count=1),
    Recipe("slow_20_kbit_far", link=Link(0.6, 20_000), mixed=("cut_down",), count=2),
    Recipe("cut_every_4_kb", link=Link(cut_every=4_096), mixed=("reset",), count=2),
    Recipe("upload_cut_at_once", _on_all("cut_up_at_once")),
    Recipe(
        "upload_cut_anywhere",
        (Step("cut_up", PUSH, 4), Step("cut_up", MEDIA, 2), *_on_all("cut_up", CARRYING)),
    ),
    Recipe("reply_cut_in_its_head", _on_all("cut_down_at_once")),
    Recipe("reply_cut_in_its_body", _on_all("cut_down")),
    Recipe("request_lost", _on_all("lost_request")),
    Recipe("reply_lost_at_every_step", _on_all("lost_reply")),
    Recipe(
        "reply_to_push_lost_thrice", (Step("lost_reply", PUSH, 3), Step("lost_reply", DEPOSIT, 2))
    ),
    Recipe("stall_going_up", _on_all("stall_up", (PUSH, HELLO, *CARRYING))),
    Recipe("stall_coming_down", _on_all("stall_down", (PUSH, PULL, COLLECT, *CARRYING))),
    Recipe("reset_on_arrival", _on_all("reset")),
    Recipe("hung_up", _on_all("hang_up")),
    Recipe("half_closed", _on_all("half_closed")),
    Recipe("everything_twice", _on_all("duplicate")),
    Recipe("everything_twice_at_once", _on_all("duplicate_together")),
    Recipe("late_duplicates", _on_all("late_duplicate")),
    Recipe("late_requests", _on_all("late_request", (PUSH, PUSH, HELLO, *CARRYING))),
    Recipe("upload_damaged", _on_all("corrupt_up")),
    Recipe(
        "envelopes_damaged",
        _on_all("corrupt_message_up", (*(PUSH,) * 6, HAVE, MEDIA, MEDIA, DEPOSIT, RELAY)),
    ),
    Recipe("download_damaged", _on_all("corrupt_down")),
    Recipe("head_damaged", _on_all("corrupt_head_down")),
    Recipe("forged_receipts", _on_all("wrong_signature", (*(PUSH,) * 3, HAVE, MEDIA, RELAY))),
    Recipe("forged_health", (Step("reset", PUSH), Step("wrong_signature", HEALTH))),
    Recipe("old_replies", _on_all("old_replay", (_CALLS + _BEYOND) * 2)),
    Recipe(
        "old_replies_alone", (Step("reset", PUSH), *_on_all("old_replay_alone", _CALLS + _BEYOND))
    ),
    Recipe("truncated_gzip", _on_all("truncated_gzip")),
    Recipe("truncated_zstd", _on_all("truncated_zstd")),
    Recipe("announced_too_long", _on_all("length_too_long")),
    Recipe("announced_too_short", _on_all("length_too_short")),
    Recipe("gateway_in_trouble", _on_carrying(_GATEWAYS), mixed=_GATEWAYS, count=8),
    Recipe("gateway_gives_up_after_commit", _on_all("timeout_after_commit")),
    Recipe("captive_portal", _on_carrying(_PORTALS), mixed=_PORTALS, count=6),
    Recipe(
        "portal_after_the_push",
        (Step("lost_reply", PUSH), Step("html_200", HEALTH), Step("portal_302", HELLO)),
    ),
    Recipe(
        "lost_then_twice_then_cut",
        (Step("lost_reply", PUSH), Step("duplicate_together", PUSH), Step("cut_down", PULL)),
    ),
    Recipe("slow_and_cut", link=Link(0.3, 9_600, 6_000), mixed=("cut_up", "lost_reply"), count=2),
    Recipe("anything", mixed=_FAST, count=10),
    Recipe("anything_on_a_bad_road", link=Link(0.2, 20_000, 12_000), mixed=_FAST, count=6),
)
