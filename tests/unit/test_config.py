"""Settings from .env and the environment."""

import re
from pathlib import Path

import pytest

from barback.config import Config, read_config, read_dotenv, unknown_settings
from barback.engines.embedded.settings import engine_environment
from barback.errors import Problem
from barback.paths import ROOT


def test_defaults_are_local(tmp_path: Path) -> None:
    config = read_config({}, tmp_path / "none")
    assert (config.target, config.engine, config.gateway_port, config.region) == (
        "localstack",
        "auto",
        4566,
        "us-east-1",
    )
    assert config == Config()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ENGINE=docker\nGATEWAY_PORT=5000\n")
    config = read_config({"ENGINE": "embedded"}, file)
    assert (config.engine, config.gateway_port) == ("embedded", 5000)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("export A=1", "1"),
        ('A="x y"', "x y"),
        ("A='#1'", "#1"),
        ("A=1 # one", "1"),
        ("A=", ""),
        (" A = b ", "b"),
    ],
)
def test_lines_are_read_as_compose_reads_them(tmp_path: Path, line: str, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"# a comment\n\n{line}\r\n", newline="")
    assert read_dotenv(file) == {"A": value}


@pytest.mark.parametrize(
    "environ", [{"TARGET": "azure"}, {"ENGINE": "podman"}, {"GATEWAY_PORT": "x"}, {"UPSTREAM_PORT": "70000"}]
)
def test_a_wrong_choice_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(Problem, match=next(iter(environ))):
        read_config(environ, tmp_path / "none")


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\nnonsense\n")
    with pytest.raises(Problem, match="line 2"):
        read_dotenv(file)


def test_the_example_changes_nothing_and_can_be_switched_on_line_by_line(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    file = tmp_path / ".env"
    file.write_text(example)
    assert read_dotenv(file) == {}
    uncommented = [
        line[1:] for line in example.splitlines() if line.startswith("#") and line[1:2].isupper() and "=" in line
    ]
    file.write_text("\n".join(uncommented))
    assert read_config({}, file) == Config(), "the example shows the defaults"


SHELL = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}


def test_the_shells_region_is_for_aws_alone(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert read_config(SHELL, file).region == "us-east-1"
    assert read_config({**SHELL, "TARGET": "aws"}, file).region == "eu-west-1"
    file.write_text("LOCAL_REGION=eu-north-1\n")
    assert read_config(SHELL, file).region == "eu-north-1"


def test_a_setting_that_does_not_exist_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("GATEWAY_PROT=1\nengine=docker\nENGINE=docker\nZZZ=1\n")
    assert unknown_settings(file) == [
        ".env: GATEWAY_PROT is not a setting; did you mean GATEWAY_PORT?",
        ".env: ZZZ is not a setting",
        ".env: engine is not a setting; did you mean ENGINE?",
    ]


def test_the_example_shows_the_defaults_of_both_engines(tmp_path: Path) -> None:
    shown = dict(re.findall(r"^#(LAMBDA_[A-Z_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    docker = dict(re.findall(r"\$\{(LAMBDA_[A-Z_]+):-([^}]*)\}", (ROOT / "docker-compose.yml").read_text()))
    embedded = engine_environment(port=1, state=tmp_path, runtime_python=tmp_path)
    assert shown == docker
    for name in ("LAMBDA_RETRY_BASE_DELAY", "LAMBDA_KEEPALIVE_MS"):
        assert shown[name] == embedded[name]
