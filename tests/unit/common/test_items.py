"""The codec writes what boto3's own reads, and reads what that writes."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from common.items import marshal, plain, typed, unmarshal

numbers = st.integers(-(10**37), 10**37) | st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20
)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_agrees_with_boto3(value: Any) -> None:
    assert TypeDeserializer().deserialize(marshal(value)) == value
    assert unmarshal(TypeSerializer().serialize(value)) == value
    assert unmarshal(marshal(value)) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.1, {"N": "0.1"}),
        (1e200, {"S": "1e+200"}),
        (float("nan"), {"S": "nan"}),
        (float("inf"), {"S": "inf"}),
        ({"b", "a"}, {"SS": ["a", "b"]}),
        ({2, 1}, {"NS": ["1", "2"]}),
        ((1, "x"), {"L": [{"N": "1"}, {"S": "x"}]}),
    ],
)
def test_what_boto3_refuses_or_python_has_more_of(value: Any, written: dict[str, Any]) -> None:
    assert marshal(value) == written


def test_an_item_there_and_back() -> None:
    item = {"id": "a", "n": Decimal("1.50"), "tags": {"x", "y"}, "bits": {b"1"}, "numbers": {Decimal(1)}, "none": None}
    assert plain(typed(item)) == item


def test_a_type_that_nobody_knows_is_named() -> None:
    with pytest.raises(ValueError, match="'XY'"):
        unmarshal({"XY": 1})
