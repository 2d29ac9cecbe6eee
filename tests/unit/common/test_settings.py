"""What a function is told of its resources."""

import pytest

from common.settings import MissingSetting, Settings


def test_names_with_hyphens_are_found() -> None:
    assert Settings({"BUCKET_MY_BUCKET": "barback-my-bucket"}).bucket("my-bucket") == "barback-my-bucket"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(MissingSetting, match="TABLE_DRINKS is not set; give the function a permission on table drinks"):
        Settings({}).table("drinks")
    with pytest.raises(MissingSetting, match="HTTP_TIMEOUT is not set"):
        Settings({}).option("HTTP_TIMEOUT")
    assert Settings({}).option("HTTP_TIMEOUT", "10") == "10"
