"""How often a schedule fires: what its runs cost, and when one of them is missed."""

import re

MINUTES_OF = {"minute": 1, "hour": 60, "day": 1440}
# An alarm looks back for a week at most, two hours of which are patience.
LONGEST_HOURS = 166


def runs_a_day(schedule: str) -> float:
    """How often a schedule fires; for cron expressions by its minute, hour and day fields."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule):
        return 1440 / (int(rate[1]) * MINUTES_OF[rate[2]])
    minute, hour, day, _, weekday, _ = schedule.removeprefix("cron(").removesuffix(")").split()
    days = min(_share(day, 30.4), _share(weekday, 7))
    return _count(minute, 60) * _count(hour, 24) * days


def _count(field: str, whole: int) -> float:
    """How many values of a cron field match, of as many as there are."""
    total = 0.0
    for part in field.split(","):
        span, _, step = part.partition("/")
        size: float = whole
        if "-" in span and re.fullmatch(r"\d+-\d+", span):
            first, last = map(int, span.split("-"))
            size = last - first + 1
        elif span not in ("*", "?"):
            size = whole if step else 1
            if "-" in span:  # MON-FRI
                size = 5
        total += max(1.0, size / int(step)) if step else size
    return min(total, whole)


def _share(field: str, whole: float) -> float:
    return 1.0 if field in ("*", "?") else _count(field, round(whole)) / whole


def is_expected_weekly(schedule: str) -> bool:
    """Whether infra/watch.tf has an alarm for a run that does not come: it knows rates, and daily cron expressions."""
    if schedule.startswith("rate("):
        return 24 / runs_a_day(schedule) <= LONGEST_HOURS
    return re.fullmatch(r"cron\(\S+ \S+ [*?] \* [*?] \*\)", schedule) is not None
