"""What invocations came to: how many, how many failed, how long they took and what memory they needed."""

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from barback.monitor.lines import Line

# Of each function: durations beyond that replace the oldest, so that a monitor may stay for weeks.
MOST = 10_000


@dataclass
class Account:
    invocations: int = 0
    failed: set[str] = field(default_factory=set)
    durations: list[float] = field(default_factory=list)
    longest: float = 0.0
    memory: int = 0
    most_used: int = 0
    cold: int = 0


class Summary:
    def __init__(self) -> None:
        self._accounts: dict[str, Account] = defaultdict(Account)

    def add(self, line: Line) -> None:
        account = self._accounts[line.function]
        if line.failed:
            account.failed.add(line.request or f"unknown {line.milliseconds}")
        if report := line.report:
            if len(account.durations) == MOST:
                account.durations[account.invocations % MOST] = report.milliseconds
            else:
                account.durations.append(report.milliseconds)
            account.invocations += 1
            account.longest = max(account.longest, report.milliseconds)
            account.cold += report.init is not None
            account.memory = report.memory
            account.most_used = max(account.most_used, report.used)

    def line(self) -> str:
        """All functions in one line."""
        accounts = self._accounts.values()
        invocations, failed = sum(a.invocations for a in accounts), sum(len(a.failed) for a in accounts)
        if not invocations and not failed:
            return "no invocations"
        words = [f"{invocations:,} invocation{'s' * (invocations != 1)}", f"{failed:,} error{'s' * (failed != 1)}"]
        durations = [duration for account in accounts for duration in account.durations]
        if durations:
            words.append(f"median {median(durations):,.0f} ms, longest {max(a.longest for a in accounts):,.0f} ms")
        name, most = max(self._accounts.items(), key=lambda entry: entry[1].most_used)
        if most.most_used:
            words.append(f"most memory {most.most_used} of {most.memory} MB ({name})")
        return " · ".join(words)

    def rows(self) -> list[tuple[object, ...]]:
        """A row for each function that was invoked: name, invocations, errors, cold starts, median, longest, memory."""
        return [
            (
                name,
                f"{account.invocations:,}",
                len(account.failed),
                account.cold,
                f"{median(account.durations):,.0f}" if account.durations else "–",
                f"{account.longest:,.0f}",
                f"{account.most_used} of {account.memory}",
            )
            for name, account in sorted(self._accounts.items())
            if account.invocations or account.failed
        ]
