"""What is said of a column at its end: its type, the statistics that go with it, and what to look at."""

from fractions import Fraction

from csv_profile.cells import Kind
from csv_profile.choice import Choice, by_type, choose, is_identifier
from csv_profile.document import Column, Example, Length, Text
from csv_profile.facts import ColumnFacts
from csv_profile.meanings import PERSONAL, mask, mask_all, meaning
from csv_profile.numeric import rounded
from csv_profile.options import DEFAULTS, NULLS, Options
from csv_profile.statistics import moment_range, numeric
from csv_profile.table import Label
from csv_profile.tally import EXAMPLES, shortened
from csv_profile.values import spellings, suspects, top, top_error, variants
from csv_profile.whole_column import as_days, reads_as_days, with_values

_MANY = 50  # different texts
_SKEWED = 20
MISSING_AS_VALUE = "missing-as-value"


def percentage(part: int, whole: int) -> float:
    return round(100 * part / whole, 4) if whole else 0.0


def summarise(facts: ColumnFacts, label: Label, position: int, rows: int, options: Options = DEFAULTS) -> Column:
    facts = as_days(facts)
    if options.nulls == NULLS:  # else a person says what is missing
        facts = with_values(facts)
    choice = choose(facts)
    found = meaning(facts, label.name, choice.type)
    personal = found is not None and found["name"] in PERSONAL
    if personal:  # digits that name someone are no numbers
        choice = Choice("string", tuple(Kind))
    masked = options.mask and personal
    present = facts.present
    invalid = present - choice.valid(facts)
    missing = sum(facts.missing.values())
    listed = top(facts)
    summary: Column = {
        "name": label.name,
        "position": position,
        "label": label.text,
        "type": choice.type,
        "format": choice.format,
        "count": present,
        "counts": by_type(facts),
        "missing": {
            "count": missing,
            "percentage": percentage(missing, rows),
            "spellings": spellings(facts.missing),
        },
        "suspects": [] if masked else suspects(facts),
        "invalid": {
            "count": invalid,
            "percentage": percentage(invalid, rows),
            "examples": _examples(facts, choice) if invalid else [],
        },
        "distinct": {
            "count": facts.distinct,
            "estimated": not facts.exact,
            "error": round(100 * facts.distinct_error, 2),
        },
        "top_values": listed,
        "top_values_error": top_error(facts, listed),
        "order": None if missing or invalid else facts.order,
        "ascii": facts.text.ascii,
        "numeric": None,
        "range": None,
        "length": None,
        "text": None,
        "meaning": found,
        "masked": masked,
        "alerts": [],
    }
    if choice.type in ("int", "float"):
        summary["numeric"] = numeric(facts, choice)
    elif choice.date_format:
        summary["range"] = moment_range(facts, choice)
    elif choice.type == "string" and present:
        summary["length"] = _length(facts)
        summary["text"] = _text(facts)
    if masked:
        _mask(summary)
    summary["alerts"] = alerts(summary, facts, rows)
    if is_identifier(facts):
        summary["alerts"].append("identifier")
    if choice.tied:
        summary["alerts"].append("ambiguous-date-order")
    if choice.type == "int" and reads_as_days(facts):
        summary["alerts"].append("digits-as-dates")
    return summary


def _examples(facts: ColumnFacts, choice: Choice) -> list[Example]:
    found = [values for group, values in facts.examples.items() if not choice.has(group)]
    wrong = sorted((row, value) for values in found for value, row in values.items())
    return [{"value": value, "row": row} for row, value in wrong[:EXAMPLES]]


def _length(facts: ColumnFacts) -> Length:
    mean = rounded(Fraction(facts.text.chars, facts.present))
    return {"min": facts.text.shortest or 0, "max": facts.text.longest, "mean": mean or 0}


def _text(facts: ColumnFacts) -> Text | None:
    low, high = facts.text.smallest, facts.text.largest
    if low is None or high is None:
        return None
    return {"min": shortened(low), "max": shortened(high), "variants": variants(facts)}


def _mask(summary: Column) -> None:
    """Personal data leave the profile, the shapes of them stay."""
    for value in summary["top_values"]:
        value["value"] = mask(value["value"])
    for example in summary["invalid"]["examples"]:
        example["value"] = mask(example["value"])
    if text := summary["text"]:
        text["min"], text["max"] = mask(text["min"]), mask(text["max"])
        text["variants"]["examples"] = list(map(mask_all, text["variants"]["examples"]))


def alerts(summary: Column, facts: ColumnFacts, rows: int) -> list[str]:
    """What a reader should look at, in the words of ydata-profiling where it has them."""
    present, distinct, numbers = summary["count"], summary["distinct"]["count"], summary["numeric"]
    if rows and not present:
        return ["empty"]
    found = []
    if present > 1 and facts.exact and distinct == 1:
        found.append("constant")
    if unique := uniqueness(summary, facts):
        found.append(unique)
    elif summary["type"] == "string" and distinct > _MANY:
        found.append("high-cardinality")
    if summary["missing"]["count"]:
        found.append("missing")
    if summary["suspects"]:
        found.append("suspected-missing")
    if facts.revived:
        found.append(MISSING_AS_VALUE)
    if numbers and numbers["zeros"] * 10 > present:
        found.append("zeros")
    if numbers and abs(numbers["skewness"] or 0) > _SKEWED:
        found.append("skewed")
    if summary["invalid"]["count"]:
        found.append("mixed-types")
    if (text := summary["text"]) and text["variants"]["count"]:
        found.append("variants")
    if summary["meaning"] and summary["meaning"]["name"] in PERSONAL:
        found.append("personal-data")
    return found


def uniqueness(summary: Column, facts: ColumnFacts) -> str | None:
    """Proven, or as good as the estimate: no value that was kept came twice, and there may be as many as rows."""
    present = summary["count"]
    if present < 2:
        return None
    if facts.exact:
        return "unique" if facts.distinct == present else None
    if (summary["order"] or "").startswith("strictly"):
        return "unique"
    if any(count > 1 for _, count in (*facts.values, *facts.others)):
        return None
    return "probably-unique" if facts.distinct * (1 + 3 * facts.distinct_error) >= present else None
