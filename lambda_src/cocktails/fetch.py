"""Fetches what was selected and lands each answer unchanged in the raw bucket, unless the same content is there.

A run goes on where one request fails: what came is kept, what did not is told. Only when several in a row find the
service unavailable does it stop asking, so that an outage is told in seconds and not in the sum of all patience.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from cocktails.selection import Ask, Selection, by_id, listed_ids
from common.http import Answer, Refused, Session
from common.retry import GaveUp, Patience

ENOUGH = 3  # failures in a row that make an outage

LANDED, UNCHANGED, FAILED, NOT_TRIED = "landed", "unchanged", "failed", "not tried"

# Keeps an answer under its label; says whether it was new, and the key.
Land = Callable[[str, bytes], tuple[bool, str]]


@dataclass(frozen=True)
class Outcome:
    label: str
    status: str
    drinks: int = 0
    key: str | None = None
    tries: int = 0
    reason: str | None = None


@dataclass
class Run:
    selection: str
    date: str
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, *statuses: str) -> int:
        return sum(outcome.status in statuses for outcome in self.outcomes)

    @property
    def fetched(self) -> int:
        """Drinks in the answers that came."""
        return sum(outcome.drinks for outcome in self.outcomes)

    @property
    def status(self) -> str:
        missing = self.count(FAILED, NOT_TRIED)
        return "ok" if not missing else "partial" if missing < len(self.outcomes) else "failed"

    def summary(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "selection": self.selection,
            "date": self.date,
            "asked": len(self.outcomes),
            "landed": self.count(LANDED),
            "unchanged": self.count(UNCHANGED),
            "failed": self.count(FAILED, NOT_TRIED),
            "drinks": self.fetched,
            "answers": [asdict(outcome) for outcome in self.outcomes],
        }

    def sentence(self) -> str:
        """For the person who reads why the run did not end well."""
        failed = [f"{o.label} ({o.reason})" for o in self.outcomes if o.status == FAILED]
        not_tried = self.count(NOT_TRIED)
        came = len(self.outcomes) - self.count(FAILED, NOT_TRIED)
        return (
            f"{came} of {len(self.outcomes)} answers came and are kept; failed: {', '.join(failed)}"
            + (f"; {not_tried} not tried after {ENOUGH} failures in a row" if not_tried else "")
            + ". Run the fetch again: what is kept is not written twice"
        )


def fetch(wanted: Selection, date: str, session: Session, patience: Patience, land: Land) -> Run:
    run = Run(wanted.name, date)
    asks = list(wanted.asks)
    if wanted.listing:
        answer = _ask(run, wanted.listing, session, patience)
        if isinstance(answer, Outcome):
            run.outcomes.append(answer)
            return run
        asks = [by_id(identity) for identity in listed_ids(answer[0].payload)]
    in_a_row = 0
    for ask in asks:
        if in_a_row >= ENOUGH:
            run.outcomes.append(Outcome(_shown(ask), NOT_TRIED))
            continue
        answer = _ask(run, ask, session, patience)
        if isinstance(answer, Outcome):
            in_a_row += 1
            run.outcomes.append(answer)
            continue
        in_a_row = 0
        found, tries = answer
        ids = _ids(found.payload)
        label = ask.label or (f"id={ids[0]}" if ids else "random")
        is_new, key = land(label, found.body)
        run.outcomes.append(Outcome(label, LANDED if is_new else UNCHANGED, len(ids), key, tries))
    return run


def _ask(run: Run, ask: Ask, session: Session, patience: Patience) -> tuple[Answer, int] | Outcome:
    try:
        return patience.call(lambda: session.get(ask.page, ask.params))
    except GaveUp as error:
        return Outcome(_shown(ask), FAILED, tries=error.tries, reason=f"{error} after {error.tries} tries")
    except Refused as error:
        return Outcome(_shown(ask), FAILED, tries=1, reason=str(error))


def _shown(ask: Ask) -> str:
    return ask.label or ask.page.removesuffix(".php")


def _ids(payload: Any) -> list[str]:
    """The drinks in an answer, as far as it has the expected form; what it really holds is the transform's to judge."""
    drinks = payload.get("drinks") if isinstance(payload, dict) else None
    if not isinstance(drinks, list):
        return []
    ids = [drink.get("idDrink") for drink in drinks if isinstance(drink, dict)]
    return [identity for identity in ids if isinstance(identity, str) and identity.isascii() and identity.isalnum()]
