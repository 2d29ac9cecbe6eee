"""The two ways to run LocalStack here, behind one face: in Docker, or embedded in a process.

`choose` takes Docker where an engine answers, and the embedded one where none does, unless ENGINE says otherwise.
"""

from collections.abc import Callable
from dataclasses import replace

from barback.config import Config, read_config
from barback.engines.base import Engine, Status
from barback.engines.docker import DockerEngine, docker_problem
from barback.engines.embedded.engine import EmbeddedEngine
from barback.engines.ports import free_port, is_free
from barback.errors import Problem

__all__ = ["Engine", "Status", "choose", "current_config", "located", "running", "usable", "with_free_ports"]


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


def current_config() -> Config:
    """The settings for a command that works with what runs."""
    return located(read_config())


def located(config: Config) -> Config:
    """The settings with the ports of the engine of this checkout that runs. A port named for this command is kept."""
    if config.target == "aws" or "GATEWAY_PORT" in config.here_only:
        return config
    ports = next((ports for engine in usable(config) if (ports := engine.ports())), None)
    if ports is None:
        return config
    return replace(config, gateway_port=ports.gateway, upstream_port=ports.upstream, api_port=ports.api)


def with_free_ports(config: Config, take: Callable[[int], bool] = is_free) -> Config:
    """The settings for an engine that is about to start: a default port that is taken is replaced by a free one.

    A port that somebody chose is theirs to change: that it is taken is then reported by the engine.
    """
    chosen = {name for name, value in config.values.items() if value.strip()}
    return replace(
        config,
        gateway_port=config.gateway_port if "GATEWAY_PORT" in chosen else free_port(config.gateway_port, take),
        upstream_port=config.upstream_port if "UPSTREAM_PORT" in chosen else free_port(config.upstream_port, take),
        api_port=config.api_port if "API_PORT" in chosen else free_port(config.api_port, take),
    )
