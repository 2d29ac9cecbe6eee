"""One drink: its recipe, and its JSON as it is stored."""

from typing import Any

import streamlit as st

from dashboard import ui
from dashboard.client import Document


def show() -> None:
    st.title("Drink")
    identity = ui.named("id", "drink", "cocktails")
    with ui.errors("drink"):
        drink = ui.api().drink(identity)
        ui.html(f"<h2>{ui.cell(drink['name'])}</h2><p class=quiet>{ui.text(_about(drink))}</p>")
        left, right = st.columns([2, 3])
        with left:
            ui.table("Ingredients", ("ingredient", "measure"), [_portion(line) for line in drink["ingredients"]])
        with right:
            lines = (drink.get("instructions") or "The recipe has no instructions.").split("\n")
            ui.html("".join(f"<p>{ui.text(line, 5_000)}</p>" for line in lines))
            ui.html("".join(f"<p class=quiet>{ui.text(remark)}</p>" for remark in _remarks(drink)))
        with st.expander("JSON"):
            ui.json_text(drink)


def _about(drink: Document) -> str:
    alcohol = drink.get("alcohol")
    strength = "no alcohol" if drink.get("is_mocktail") else f"{alcohol['percent']:.0f} % vol." if alcohol else ""
    iba = f"IBA: {drink['iba']}" if drink.get("iba") else ""
    parts = (drink.get("category"), drink.get("glass"), strength, drink.get("difficulty"), iba, *drink.get("tags", ()))
    return " · ".join(filter(None, parts))


def _portion(line: dict[str, Any]) -> list[str]:
    measure = line.get("measure") or {}
    metric = (
        f" ({measure['ml']:.0f} ml)" if measure.get("ml", 0) >= 1 and measure.get("unit") not in ("ml", "cl") else ""
    )
    return [ui.cell(line["name"]), ui.cell(f"{measure.get('text', '')}{metric}")]


def _remarks(drink: Document) -> list[str]:
    alcohol = drink.get("alcohol") or {}
    found = list(drink.get("remarks") or ())
    if alcohol.get("unknown"):
        found.append(f"Not known how strong: {', '.join(alcohol['unknown'])}")
    if alcohol.get("assumed"):
        found.append(f"The recipe leaves {alcohol['assumed']} amounts open: the strength assumes the usual ones")
    return found
