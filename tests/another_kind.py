"""A kind of owner of roles that only the tests have: a container task. It shows what it takes to add one, as
docs/decisions.md lists it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from pydantic import Field

from barback.stack import load, policy
from barback.stack.model import Owner, ResourceName, Stack
from barback.stack.names import Names

PRINCIPAL = "ecs-tasks.amazonaws.com"


class Task(Owner):
    image: str = Field(description="the image of the container")


class StackWithTasks(Stack):
    tasks: dict[ResourceName, Task] = Field(default={}, description="container tasks, by short name")


def log_group(name: str, names: Names) -> str:
    return f"/ecs/{names.role(name)}"


def _of_task(name: str, entry: policy.Entry, names: Names) -> Iterator[policy.Statement]:
    del entry
    yield policy.allow(policy.WRITE_LOGS, f"{names.arn('logs', 'log-group:' + log_group(name, names))}:*")


# In infra/ this would be a line of `owners` in iam.tf, and a file for the tasks themselves.
TERRAFORM = """
locals {
  owners = merge(local.function_owners, {
    for name, entry in local.stack.tasks : name => {
      principal   = "ecs-tasks.amazonaws.com"
      permissions = entry.permissions
      needs = [{
        actions  = ["logs:CreateLogStream", "logs:PutLogEvents"]
        resource = "arn:${local.partition}:logs:${var.region}:${local.account}:log-group:/ecs/${local.prefix}-${name}:*"
      }]
    }
  })
}
"""


@contextmanager
def tasks() -> Iterator[None]:
    """Meanwhile, a stack may have tasks."""
    with ExitStack() as patches:
        patches.enter_context(patch.dict(policy.KINDS, tasks=policy.Kind(PRINCIPAL, _of_task)))
        patches.enter_context(patch.dict(load.SECTIONS, tasks="task"))
        patches.enter_context(patch.object(load, "Stack", StackWithTasks))
        yield
