"""What the API brings: its address, and a check after a deployment."""

from collections.abc import Iterable

from barback.errors import Problem
from barback.flows.api.address import address, ask
from barback.flows.flow import Flow as Base
from barback.flows.flow import Progress
from barback.targets import Target


class Flow(Base):
    def smoke(self, target: Target, progress: Progress) -> str:
        """Asks whether it answers, and for the counts, which needs a table."""
        for path in ("/health", "/analytics"):
            progress(f"asking {address(target)}{path}")
            answer = ask(target, path)
            if answer.status != 200:
                raise Problem(f"{path} was answered with {answer.status}", "make logs F=api")
        return f"the API answers at {address(target)}"

    def figures(self, target: Target) -> Iterable[tuple[str, object]]:
        if target.is_aws:
            yield "address", address(target)
