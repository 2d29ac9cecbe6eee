"""The measure parser: exact, for every way of writing that is known; text is kept where nothing is understood."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocktails import measures
from cocktails.measures import Measure, parse
from cocktails.texts import words
from cocktails.units import SPELLINGS, UNITS

OUNCE = Fraction("29.5735295625")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        # plain, in every unit and with every habit of spacing
        ("1 oz", "1 oz"), ("1 1/2 oz ", "1 1/2 oz"), (" 2 oz\n", "2 oz"), ("1 oz.", "1 oz"), ("8 1/2 oz", "8 1/2 oz"),
        ("2 fl. oz.", "2 oz"), ("2 fluid ounces", "2 oz"), ("4.5 cL", "4 1/2 cl"), ("1 cl", "1 cl"),
        ("75 ml", "75 ml"),
        ("70ml", "70 ml"), ("1 dl", "1 dl"), ("2 L", "2 l"), ("1 ltr", "1 l"), ("1 qt", "1 quart"),
        ("1 gal", "1 gallon"),
        ("1 pint sweetened", "1 pint"), ("1 fifth", "1 fifth"), ("500 gr", "500 g"), ("1 lb frozen", "1 lb"),
        ("1/2 tsp superfine", "1/2 tsp"), ("1 tblsp", "1 tbsp"), ("2 Tbsp.", "2 tbsp"), ("1 T", "1 tbsp"),
        ("2 t.", "2 tsp"),
        ("2 shots", "2 shot"), ("1.5 shot", "1 1/2 shot"), ("1 jigger", "1 jigger"), ("1 cup", "1 cup"),
        ("1 part", "1 part"), ("1/3 part", "1/3 part"), ("3 drops yellow", "3 drop"), ("1 bar spoon", "1 bar spoon"),
        # numbers
        ("½ oz", "1/2 oz"), ("1½ oz", "1 1/2 oz"), ("2 ½ oz", "2 1/2 oz"), ("1⁄2 oz", "1/2 oz"),
        ("1\\/2 slice", "1/2 slice"),
        ("1-1/2 oz", "1 1/2 oz"), ("1 and 1/2 oz", "1 1/2 oz"), ("1 / 2 oz", "1/2 oz"), (".75 oz", "3/4 oz"),
        ("1,5 cl", "1 1/2 cl"), ("1,000 ml", "1000 ml"), ("one and a half oz", "1 1/2 oz"),
        ("one-third cup", "1/3 cup"), ("half", "1/2"),
        ("ten drops", "10 drop"), ("a couple of dashes", "2 dash"), ("an ounce", "1 oz"), ("2 dozen", "24"),
        # ranges
        ("2-3 dashes", "2 - 3 dash"), ("2 to 3 oz", "2 - 3 oz"), ("1 or 2", "1 - 2"), ("1/2-3/4 oz", "1/2 - 3/4 oz"),
        ("1 - 1 1/2 oz", "1 - 1 1/2 oz"), ("3 1/2–4 oz", "3 1/2 - 4 oz"), ("100 ml - 150 ml", "100 - 150 ml"),
        # pieces, and what stands around them
        ("1", "1"), ("1 whole", "1 whole"), ("3 chopped", "3"), ("5 large fresh leaves", "5 leaf"),
        ("24 twists of", "24 twist"),
        ("Around rim put 1 pinch", "1 pinch"), ("Add 10 oz", "10 oz"), ("about 8 oz", "8 oz"),
        ("1 slice of orange", "1 slice"),
        ("Juice of 1/2", "juice of 1/2"), ("juice of 1 large", "juice of 1"), ("Peel of 1/2", "1/2 peel"),
        ("Dash", "1 dash"), ("A dash", "1 dash"), ("Twist of", "1 twist"), ("splash of", "1 splash"),
        ("Dash.", "1 dash"), ("bar spoon", "1 bar spoon"), ("Barspoon of", "1 bar spoon"),
        ("Juice of a lime", "juice of 1"),
        ("1 drop(s)", "1 drop"),
        ("Fill to 1/2", "1/2 glass"), ("2/3 full", "2/3 glass"), ("1/4 glass", "1/4 glass"),
        ("Full glass", "1 glass"),
        # sizes, sums, and the same amount told twice
        ("1 (750 ml) bottle", "1 (750 ml) bottle"), ("1 12 oz can", "1 (12 oz) can"),
        ("2 12-ounce cans", "2 (12 oz) can"),
        ("1 bottle (26 oz)", "1 (26 oz) bottle"), ("1 can 12 oz", "1 (12 oz) can"), ("2 x 25 ml", "50 ml"),
        ("1 (2 inch) stick", "1 stick"), ("1 cup plus 2 tblsp", "1 1/8 cup"), ("70ml/2fl oz", "70 ml"),
        ("1 oz (30 ml)", "1 oz"),
        ("25ml x 2", "50 ml"), ("2 2 inch strips", "2 strip"), ("Juice of 1 wedge", "1 wedge"),
        ("Juice of 1 whole", "juice of 1"), ("1 Large Sprig", "1 sprig"),
        ("double shot", "2 shot"), ("1 double shot", "2 shot"), ("2 double measures", "4 measure"),
        ("a half ounce", "1/2 oz"), ("half an ounce", "1/2 oz"), ("a quarter ounce", "1/4 oz"),
        ("quarter oz", "1/4 oz"), ("an ounce and a half", "1 1/2 oz"), ("a third of a cup", "1/3 cup"),
        # numbers that are no amounts
        ("1 oz 151 proof", "1 oz"), ("100 proof 2 oz", "2 oz"), ("1 oz 40%", "1 oz"), ("2 oz 12 years old", "2 oz"),
    ],
)  # fmt: skip
def test_amounts(text: str, amount: str) -> None:
    measure = parse(text)
    assert (measure.kind, str(measure)) == (measures.AMOUNT, amount)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "none"), (None, "none"), (" \r\n", "none"), ("Fill with", "fill"), ("Top up with", "fill"),
        ("Fill glass", "fill"),
        ("Top with 7-up", "fill"), ("to taste", "to taste"), ("Garnish with", "garnish"), ("a few drops", "some"),
        ("dashes", "some"), ("Ground", "text"), ("151 proof", "text"), ("Float Bacardi 151", "text"),
        ("No. 7", "text"),
        ("1/0 oz", "text"), ("1 5/4 oz", "text"), ("0 oz", "text"), ("١ oz", "text"), ("9" * 300, "text"),
    ],
)  # fmt: skip
def test_what_states_no_amount(text: str | None, kind: str) -> None:
    measure = parse(text)
    assert (measure.kind, measure.quantity, measure.ml) == (kind, None, None)
    assert measure.text == " ".join((text or "").split())


@pytest.mark.parametrize(
    ("text", "ml"),
    [
        ("1 oz", OUNCE), ("1 1/2 oz", OUNCE * 3 / 2), ("1 tsp", OUNCE / 6), ("4.5 cl", Fraction(45)),
        ("2-3 cl", Fraction(20)),
        ("2 (12 oz) cans", OUNCE * 24), ("1 (750 ml) bottle", Fraction(750)),
        ("1 cup plus 1 tbsp", OUNCE * Fraction(17, 2)),
        ("1 part", None), ("1 bottle", None), ("Juice of 1", None), ("3", None), ("500 g", None),
    ],
)  # fmt: skip
def test_millilitres(text: str, ml: Fraction | None) -> None:
    assert parse(text).ml == ml


def test_a_rule_of_thumb_is_told_from_a_definition() -> None:
    assert parse("1 oz").is_exact
    assert parse("1 (750 ml) bottle").is_exact
    assert not parse("1 dash").is_exact
    assert not parse("1 (2 shots) glass").is_exact


def test_words_around_an_amount_are_kept() -> None:
    assert parse("1/2 tsp superfine").note == "superfine"
    assert parse("Add 10 oz").note == "add"
    assert parse("1 Large Sprig").note == "large"
    assert parse("2 2 inch strips").note == "2 inch"
    assert parse("Juice of 1 wedge").note == "juice"
    assert parse("2 oz light or dark").note == "light or dark"


fractions = st.fractions(min_value=Fraction(1, 16), max_value=999, max_denominator=16)
spellings = st.sampled_from(sorted(SPELLINGS))


@given(fractions, spellings)
def test_any_fraction_of_any_unit_is_read_exactly(value: Fraction, spelling: str) -> None:
    if spelling in ("dozen", "dozens"):
        value, name = value * 12, None
        text = f"{measures.mixed(value / 12)} {spelling}"
    else:
        name, text = SPELLINGS[spelling], f"{measures.mixed(value)} {spelling}"
    measure = parse(text)
    assert (measure.quantity, measure.most, measure.unit) == (value, value, name)


@given(
    st.tuples(fractions, fractions).map(sorted),
    st.none() | st.sampled_from(sorted(set(UNITS) - {"dozen"})),
    st.none() | st.tuples(fractions, st.sampled_from(["ml", "oz", "cl"])),
)
def test_the_plain_spelling_reads_back_as_the_same_amount(
    numbers: list[Fraction], unit: str | None, size: tuple[Fraction, str] | None
) -> None:
    is_sized = unit is not None and UNITS[unit].holds
    made = Measure(measures.AMOUNT, "", numbers[0], numbers[1], unit, size if is_sized else None)
    read = parse(str(made))
    assert (read.quantity, read.most, read.unit, read.size) == (made.quantity, made.most, made.unit, made.size)
    assert str(parse(str(read))) == str(read)


tokens = st.sampled_from(
    words("1 2 1/2 1/0 ½ 1.5 - – / ( ) x of or to oz ml can bottle juice dash fill top a half . , % & +")
)


@given(st.text(max_size=250) | st.lists(tokens, max_size=12).map(" ".join))
def test_no_text_breaks_the_parser(text: str) -> None:
    measure = parse(text)
    assert measure.text == " ".join(text.split())
    assert (measure.quantity is None) == (measure.kind != measures.AMOUNT)
    if measure.quantity is not None and measure.most is not None:
        assert 0 < measure.quantity <= measure.most
