"""The two ways to run LocalStack here, behind one face: in Docker, or embedded in a process.

`choose` takes Docker where an engine answers, and the embedded one where none does, unless ENGINE says otherwise.
"""

from barback.config import Config
from barback.engines.base import Engine, Status
from barback.engines.docker import DockerEngine, docker_problem
from barback.engines.embedded.engine import EmbeddedEngine
from barback.errors import Problem

__all__ = ["Engine", "Status", "choose", "running", "usable"]


def choose(config: Config) -> tuple[Engine, str]:
    """The engine to start, and why it is that one."""
    if config.engine == "embedded":
        return EmbeddedEngine(config), "ENGINE=embedded"
    problem = docker_problem()
    if problem is None:
        return DockerEngine(config), "ENGINE=docker" if config.engine == "docker" else "a Docker engine answers"
    if config.engine == "docker":
        raise Problem(f"ENGINE=docker, but {problem.what}", problem.hint)
    return EmbeddedEngine(config), problem.what


def usable(config: Config) -> list[Engine]:
    """The engines that this machine can run."""
    engines: list[Engine] = [EmbeddedEngine(config)]
    return [*engines, DockerEngine(config)] if docker_problem() is None else engines


def running(config: Config) -> list[Engine]:
    """The engines of this checkout that run now, whichever way they were started."""
    return [engine for engine in usable(config) if engine.status().state != "stopped"]
