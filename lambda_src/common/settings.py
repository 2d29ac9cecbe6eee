"""What the stack tells a function: the names of its resources and its options, read from the environment once.

`infra/stack.yaml` gives a function permissions; each resource it may touch is named to it by a variable made of
the kind and the name: BUCKET_RAW (a hyphen becomes an underscore), TABLE_FILE_METADATA, QUEUE_RECORDS (a queue's URL).
"""

import os
from collections.abc import Mapping
from functools import cache

_OFF = ("off", "0", "no", "false")


class MissingSetting(Exception):
    """The function asked for something that its entry in the stack does not give it."""


def is_off(value: str) -> bool:
    """Whether somebody has switched off what an option with this value is about."""
    return value.strip().lower() in _OFF


class Settings:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)

    def bucket(self, name: str) -> str:
        return self._resource("BUCKET", name)

    def table(self, name: str) -> str:
        return self._resource("TABLE", name)

    def queue(self, name: str) -> str:
        return self._resource("QUEUE", name)

    def option(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(name, default)
        if value is None:
            raise MissingSetting(f"{name} is not set; add it to the function's environment in infra/stack.yaml")
        return value

    def _resource(self, kind: str, name: str) -> str:
        variable = f"{kind}_{name.upper().replace('-', '_')}"
        if variable not in self._environ:
            raise MissingSetting(
                f"{variable} is not set; give the function a permission on {kind.lower()} {name} in infra/stack.yaml"
            )
        return self._environ[variable]


@cache
def settings() -> Settings:
    return Settings(os.environ)
