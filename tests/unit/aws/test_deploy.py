"""What a deployment refuses before it builds or plans anything."""

from collections.abc import Callable
from pathlib import Path

import pytest

from barback.aws import deploy
from barback.aws.session import Session
from barback.aws.workspace import INFRA, Workspace, copy_infra
from barback.config import Config
from barback.errors import Problem
from barback.targets import Target

Begin = Callable[[str, str], None]


class Planned(Exception):
    """It has got as far as that."""


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    def begin(env: str, values: str) -> None:
        source = tmp_path / "infra"
        copy_infra(INFRA, source)
        (source / "environments" / f"{env}.tfvars").write_text(values)
        config = Config(target="aws", env=env)
        session = Session(Target(config, None), Workspace.local(tmp_path / "home", env, source), "deploy")  # type: ignore[arg-type]
        monkeypatch.setattr(deploy, "begin", lambda *_: session)

        def plan(*_: object, **__: object) -> None:
            raise Planned

        monkeypatch.setattr(deploy, "_plan", plan)
        deploy.deploy(config)

    return begin


@pytest.mark.parametrize("values", ["", 'alarm_email = ""\n', '# alarm_email = "a@b"\n', 'alarm_email = " "\n'])
def test_prod_is_not_deployed_while_nobody_is_told_of_its_alarms(begun: Begin, values: str) -> None:
    with pytest.raises(Problem, match="nobody would be notified") as raised:
        begun("prod", values)
    assert '"none"' in raised.value.hint


@pytest.mark.parametrize(
    ("env", "values"),
    [("prod", 'alarm_email = "a@b"\n'), ("prod", '  alarm_email="none" # really\n'), ("staging", "")],
)
def test_it_goes_on_where_that_was_answered_or_is_not_asked(begun: Begin, env: str, values: str) -> None:
    with pytest.raises(Planned):
        begun(env, values)


def test_a_plan_by_who_may_only_read_goes_on_after_an_interruption(capsys: pytest.CaptureFixture[str]) -> None:
    """As on a pull request. A deployment needs to write the state anyway, so there it is an error."""

    class Reading:
        def keep_interrupted(self) -> None:
            raise Problem("AWS refuses a call\n  Terraform: s3:PutObject", "ask for it")

    deploy._keep_interrupted(Reading(), tolerant=True)  # type: ignore[arg-type]
    assert "(AWS refuses a call)" in capsys.readouterr().out
    with pytest.raises(Problem, match="AWS refuses"):
        deploy._keep_interrupted(Reading(), tolerant=False)  # type: ignore[arg-type]
