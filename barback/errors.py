"""The one error that commands show to a person: what is wrong, and what to do next. Never a traceback."""

# What the ready hook starts the lines of a failure with, so that they can be found among LocalStack's own.
HOOK_FAILURE = "barback: FAILED: "


class Problem(Exception):
    """Something a person can fix. `hint` is the next step."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}\n  → {self.hint}" if self.hint else self.what


def hook_failures(log: str) -> str:
    """What the ready hook said of its failure, without what surrounds it in LocalStack's log."""
    lines = [line.partition(HOOK_FAILURE)[2] for line in log.splitlines() if HOOK_FAILURE in line]
    return "\n".join(dict.fromkeys(lines))
