"""The one error that commands show to a person: what is wrong, and what to do next. Never a traceback."""


class Problem(Exception):
    """Something a person can mend. `hint` is the next step."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what}\n  → {self.hint}" if self.hint else self.what
