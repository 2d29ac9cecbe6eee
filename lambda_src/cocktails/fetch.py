"""Fetches what was selected and lands each answer unchanged in the raw bucket, unless the same content is there.

A run goes on where one request fails: what came is kept, what did not is told. Only when several in a row find the
service unavailable does it stop asking, so that an outage is told in seconds and not in the sum of all patience. A run
that came to an end too early is gone on with by the next of the day.

What came is not taken for all there is. An answer that was cut at the service's cap is completed by searches, and
drinks that a letter had before are looked up by their ids; what stays lost is told, and fails the run if it is much.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from cocktails.landing import RawBucket
from cocktails.selection import CAP, Ask, Selection, by_id, by_part, listed_ids, prefixes
from cocktails.texts import bare
from common.http import Answer, Refused, Session
from common.retry import GaveUp, Patience

ENOUGH = 3  # failures in a row that make an outage
DEEPEST = 3  # letters of a search that completes a capped answer
MOST_LOOKUPS = 60  # of drinks that their letter has lost
MUCH, MUCH_SHARE = 5, 0.05  # lost drinks that fail a run: so many, and that share of what was known

LANDED, UNCHANGED, FAILED, NOT_TRIED = "landed", "unchanged", "failed", "not tried"
NOT_FOUND = "not found"  # the service says that there is no such drink
EARLIER = "fetched earlier"  # by today's run before, which ended too early; not tried again for want of time


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
    known: int = 0  # drinks that the asked letters were known to have
    lost: list[str] = field(default_factory=list)  # ids of those that came by no query
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # what fails the run though answers came

    def count(self, *statuses: str) -> int:
        return sum(outcome.status in statuses for outcome in self.outcomes)

    @property
    def fetched(self) -> int:
        """Drinks in the answers that came."""
        return sum(outcome.drinks for outcome in self.outcomes)

    @property
    def missing(self) -> int:
        return self.count(FAILED, NOT_TRIED, *([NOT_FOUND] if self.selection == "ids" else []))

    @property
    def status(self) -> str:
        if not self.missing:
            return "failed" if self.failures else "ok"
        return "partial" if self.missing < len(self.outcomes) else "failed"

    @property
    def only_wrong_ids(self) -> bool:
        """Nothing is amiss but that drinks were asked for that do not exist: trying again does not help."""
        return self.missing > 0 and self.missing == self.count(NOT_FOUND) and not self.failures

    def summary(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "selection": self.selection,
            "date": self.date,
            "asked": len(self.outcomes),
            "landed": self.count(LANDED),
            "unchanged": self.count(UNCHANGED),
            "failed": self.missing,
            "drinks": self.fetched,
            "lost": len(self.lost),
            "warnings": self.warnings,
            "answers": [asdict(outcome) for outcome in self.outcomes],
        }

    def sentence(self) -> str:
        """For the person who reads why the run did not end well."""
        came = f"{len(self.outcomes) - self.missing} of {len(self.outcomes)} answers came and are kept"
        if self.only_wrong_ids:
            wrong = [o.label.removeprefix("id=") for o in self.outcomes if o.status == NOT_FOUND]
            return f"there is no drink {' or '.join(wrong)}; {came}"
        failed = [f"{o.label} ({o.reason})" for o in self.outcomes if o.status in (FAILED, NOT_FOUND)]
        not_tried = self.count(NOT_TRIED)
        told = [
            came,
            *([f"failed: {', '.join(failed)}"] if failed else []),
            *([f"{not_tried} not tried after {ENOUGH} failures in a row"] if not_tried else []),
            *self.failures,
        ]
        return f"{'; '.join(told)}. Run the fetch again: what is kept is not written twice"


def fetch(wanted: Selection, date: str, session: Session, patience: Patience, bucket: RawBucket) -> Run:
    return _Fetching(Run(wanted.name, date), session, patience, bucket).all_of(wanted)


@dataclass
class _Fetching:
    run: Run
    session: Session
    patience: Patience
    bucket: RawBucket
    seen: set[str] = field(default_factory=set)  # ids that came
    cut: set[str | None] = field(default_factory=set)  # letters that searches did not complete
    before: dict[str, set[str]] = field(default_factory=dict)  # the ids that letters were known to have

    def all_of(self, wanted: Selection) -> Run:
        asks = list(wanted.asks)
        if wanted.listing:
            answer = self._ask(wanted.listing)
            if isinstance(answer, Outcome):
                self.run.outcomes.append(answer)
                return self.run
            ids = listed_ids(answer[0].payload)
            if len(ids) == CAP:
                self.run.failures.append(f"the listing has just the {CAP} drinks that the service lists at most")
            asks = [by_id(identity) for identity in ids]
        left = self.bucket.left(wanted.name) if wanted.resumes else []
        asks.sort(key=lambda ask: ask.label not in left)
        self._each(asks, optional={ask.label for ask in asks if left and ask.label not in left})
        if wanted.resumes:
            missing = {o.label for o in self.run.outcomes if o.status in (FAILED, NOT_TRIED)} | self.cut
            self.bucket.leave(wanted.name, [ask.label for ask in asks if ask.label and ask.label in missing])
        self._make_up()
        self._judge_loss(is_catalogue=wanted.is_catalogue)
        return self.run

    def _each(self, asks: list[Ask], optional: set[str | None]) -> None:
        in_a_row = 0
        for ask in asks:
            if in_a_row >= ENOUGH:
                self.run.outcomes.append(Outcome(_shown(ask), EARLIER if ask.label in optional else NOT_TRIED))
                continue
            before = self.bucket.drinks_of(ask.label) if ask.letter and ask.label else []
            answer = self._ask(ask)
            if isinstance(answer, Outcome):
                in_a_row += 1
                self.run.outcomes.append(
                    Outcome(answer.label, EARLIER, tries=answer.tries, reason=answer.reason)
                    if ask.label in optional
                    else answer
                )
                continue
            in_a_row = 0
            self._keep(ask, *answer)
            if ask.letter and _is_readable(answer[0].payload):
                came = set(_drinks(answer[0].payload))
                self.run.known += len(came | set(before))
                self.before[ask.letter] = set(before)
                if len(came) == CAP:
                    self._complete(ask)

    def _keep(self, ask: Ask, answer: Answer, tries: int, *, adds_only: bool = False) -> None:
        drinks = _drinks(answer.payload)
        label = ask.label or (f"id={next(iter(drinks))}" if drinks else "random")
        if ask.identity and ask.identity not in drinks and _is_readable(answer.payload):
            other = f"the answer is about drink {next(iter(drinks))}" if drinks else "there is no such drink"
            self.run.outcomes.append(Outcome(label, FAILED if drinks else NOT_FOUND, tries=tries, reason=other))
            return
        is_new, key = self.bucket.land(label, answer.body, drinks, adds_only=adds_only)
        count = len(drinks.keys() - self.seen) if adds_only else len(drinks)
        self.seen.update(drinks)
        if is_new or not adds_only:
            self.run.outcomes.append(Outcome(label, LANDED if is_new else UNCHANGED, count, key, tries))

    def _complete(self, ask: Ask) -> None:
        """The rest of a letter that was cut, by searches for parts of names."""
        found: set[str] = set()
        is_whole = self._search(ask.letter, found)
        cut = f"{ask.label} was cut at {CAP} drinks"
        self.run.warnings.append(f"{cut}; searches found {len(found)} more")
        if not is_whole:
            self.cut.add(ask.label)
            self.run.failures.append(f"{cut}, and searches did not find all the others")

    def _search(self, start: str, found: set[str]) -> bool:
        """Searches names by longer and longer parts; whether none of the answers was cut. Adds what it finds."""
        is_whole = True
        for part in prefixes(start):
            ask = by_part(part)
            answer = self._ask(ask)
            if isinstance(answer, Outcome):
                self.run.outcomes.append(answer)
                return False
            drinks = _drinks(answer[0].payload)
            new = {identity for identity, drink in drinks.items() if _starts(drink, start[0])} - self.seen
            if new:
                found |= new
                self._keep(ask, *answer, adds_only=True)
            if len(drinks) == CAP:
                is_whole = is_whole and len(part) < DEEPEST and self._search(part, found)
        return is_whole

    def _make_up(self) -> None:
        """Looks up, by their ids, the drinks that letters had before and that did not come now."""
        looked_up = 0
        for letter, before in self.before.items():
            lost = sorted(before - self.seen)
            if lost:
                self.run.warnings.append(f"letter={letter} has lost {len(lost)} of {len(before)} drinks")
            for identity in lost:
                looked_up += 1
                drink = self._look_up(identity) if looked_up <= MOST_LOOKUPS else None
                if drink is None:
                    self.run.lost.append(identity)
                elif not _starts(drink, letter):  # renamed
                    self.bucket.forget(f"letter={letter}", [identity])

    def _look_up(self, identity: str) -> Any:
        """The drink, if it is still there."""
        ask = by_id(identity)
        answer = self._ask(ask)
        if isinstance(answer, Outcome):
            self.run.outcomes.append(answer)
            return None
        self._keep(ask, *answer, adds_only=True)
        return _drinks(answer[0].payload).get(identity)

    def _judge_loss(self, *, is_catalogue: bool) -> None:
        """Much that is lost fails the run and stays known, so that the next run misses it, too; a little is let go."""
        run = self.run
        if is_catalogue and not run.missing and not self.seen:
            run.failures.append("the service has no drinks at all")
        if len(run.lost) > max(MUCH, MUCH_SHARE * run.known):
            run.failures.append(
                f"{len(run.lost)} of {run.known} known drinks did not come; if they are gone for good, "
                "fetch once with --again"
            )
            return
        gone = [o.label.removeprefix("id=") for o in run.outcomes if o.status == NOT_FOUND]
        for letter in self.before:
            self.bucket.forget(f"letter={letter}", gone)
        if gone and self.before:
            run.warnings.append(f"gone from the catalogue: {', '.join(gone)}")

    def _ask(self, ask: Ask) -> tuple[Answer, int] | Outcome:
        try:
            return self.patience.call(lambda: self.session.get(ask.page, ask.params))
        except GaveUp as error:
            return Outcome(_shown(ask), FAILED, tries=error.tries, reason=f"{error} after {error.tries} tries")
        except Refused as error:
            return Outcome(_shown(ask), FAILED, tries=1, reason=str(error))


def _shown(ask: Ask) -> str:
    return ask.label or ask.page.removesuffix(".php")


def _is_readable(payload: Any) -> bool:
    """Whether it has the catalogue's form; if not, that is for the transform to tell."""
    return (
        isinstance(payload, dict)
        and "drinks" in payload
        and not any(not isinstance(drink, dict) or "idDrink" not in drink for drink in _listed(payload))
    )


def _drinks(payload: Any) -> dict[str, Any]:
    """The drinks in an answer by their ids, as far as it has the expected form."""
    return {
        str(drink["idDrink"]): drink
        for drink in _listed(payload)
        if isinstance(drink, dict) and _is_id(drink.get("idDrink"))
    }


def _listed(payload: Any) -> Iterator[Any]:
    drinks = payload.get("drinks") if isinstance(payload, dict) else None
    yield from drinks if isinstance(drinks, list) else ()


def _starts(drink: Any, letter: str) -> bool:
    return bare(str(drink.get("strDrink"))).startswith(letter)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isalnum()
