"""One run of ingest: every source at the same time. A source that fails does not stop the others."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from common.errors import BadInput
from common.http import Answer, Refused
from common.retry import GaveUp
from records.messages import Capture
from records.sources import SOURCES, Source

LANDED, UNCHANGED, FAILED = "landed", "unchanged", "failed"
LIMIT_MOST = 1000

# Asks a source for its records; says with which try the answer came.
Fetch = Callable[[type[Source], dict[str, str]], tuple[Answer, int]]
# Stores and queues an answer; says whether it is new.
Land = Callable[[type[Source], dict[str, str], bytes, int], tuple[Capture, bool]]


@dataclass(frozen=True)
class Ask:
    source: type[Source]
    params: dict[str, str]


@dataclass(frozen=True)
class Asked:
    source: str
    status: str
    records: int = 0
    key: str | None = None
    tries: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class Run:
    outcomes: list[Asked]
    repaired: int  # messages that an earlier run had not come to send

    @property
    def failed(self) -> list[Asked]:
        return [outcome for outcome in self.outcomes if outcome.status == FAILED]

    @property
    def status(self) -> str:
        return "ok" if not self.failed else "partial" if len(self.failed) < len(self.outcomes) else "failed"

    def summary(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "repaired": self.repaired,
            "sources": [asdict(outcome) for outcome in self.outcomes],
        }

    def sentence(self) -> str:
        reasons = "; ".join(f"{outcome.source}: {outcome.reason}" for outcome in self.failed)
        return f"{len(self.failed)} of {len(self.outcomes)} sources failed ({reasons}). The next run asks them again"


def asks(payload: Mapping[str, Any], day: date) -> list[Ask]:
    """What a run is to ask for. The schedule's payload is empty; by hand there are

    sources   the names of some sources; without it, all
    limit     at most so many records of each
    seed      other people than the day's, where a source makes them from a seed
    """
    unknown = sorted(payload.keys() - {"sources", "limit", "seed"})
    if unknown:
        raise BadInput(f"unknown fields in the payload: {', '.join(unknown)}; there are sources, limit, seed")
    wanted = payload.get("sources", list(SOURCES))
    if not isinstance(wanted, list) or not wanted or any(name not in SOURCES for name in wanted):
        raise BadInput(f"sources is a list of some of {', '.join(SOURCES)}")
    limit, seed = payload.get("limit"), payload.get("seed")
    if limit is not None and (type(limit) is not int or not 1 <= limit <= LIMIT_MOST):
        raise BadInput(f"limit is a whole number from 1 to {LIMIT_MOST}")
    if seed is not None and (not isinstance(seed, str) or not 1 <= len(seed) <= 64):
        raise BadInput("seed is a text of 1 to 64 characters")
    return [_ask(SOURCES[name], day, limit, seed) for name in dict.fromkeys(wanted)]


def _ask(source: type[Source], day: date, limit: int | None, seed: str | None) -> Ask:
    params = source.params(day)
    if limit is not None:
        params[source.limit_parameter] = str(limit)
    if seed is not None and source.seed_parameter:
        params[source.seed_parameter] = seed
    return Ask(source, params)


def ingest(wanted: Iterable[Ask], fetch: Fetch, land: Land) -> list[Asked]:
    asked = list(wanted)
    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(lambda ask: _one(ask, fetch, land), asked))


def _one(ask: Ask, fetch: Fetch, land: Land) -> Asked:
    name = ask.source.name
    try:
        answer, tries = fetch(ask.source, ask.params)
        count = len(ask.source.records(answer.payload))
    except GaveUp as error:
        return Asked(name, FAILED, tries=error.tries, reason=f"{error} after {error.tries} tries")
    except (Refused, BadInput) as error:
        return Asked(name, FAILED, tries=1, reason=str(error))
    try:
        capture, is_new = land(ask.source, ask.params, answer.body, count)
    except Exception as error:  # noqa: BLE001 - the other source goes on; the run says so and fails
        return Asked(name, FAILED, tries=tries, reason=f"it could not be stored: {type(error).__name__}: {error}")
    return Asked(name, LANDED if is_new else UNCHANGED, count, capture.key, tries)
