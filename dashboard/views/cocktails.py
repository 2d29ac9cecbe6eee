"""Cocktails: what can be made with what there is, drinks without alcohol, and a search; as cards."""

from typing import Any

import streamlit as st

from barback.terminal import plain
from dashboard import ui
from dashboard.models import Drink, DrinkPage

PAGE = 24
MOST_INGREDIENTS = 30
CONTAIN, ENOUGH, ALMOST = "contain all of these", "need nothing else", "need at most one more"
SORTS: dict[str, dict[str, Any]] = {
    "name": {},
    "weakest first": {"sort": "strength"},
    "strongest first": {"sort": "strength", "reverse": True},
    "fewest ingredients first": {"sort": "ingredients"},
    "easiest first": {"sort": "effort"},
}


def show() -> None:
    st.title("Cocktails")
    with ui.errors("cocktails"):
        listing(_question())


def _question() -> dict[str, Any]:
    known = {entry.name: entry.drinks for entry in ui.api().ingredients()}
    left, right = st.columns([3, 2])
    have = left.multiselect(
        "What can I make with …",
        list(known),
        format_func=lambda name: f"{plain(name)} ({known[name]})" if name in known else plain(name),
        placeholder="Choose ingredients, or type one",
        accept_new_options=True,
        max_selections=MOST_INGREDIENTS,
        key="ingredients",
    )
    how = right.radio("Drinks that", (CONTAIN, ENOUGH, ALMOST), key="how", disabled=not have)
    words, order, without = st.columns([3, 2, 2], vertical_alignment="bottom")
    search = words.text_input("Search in names, tags, glasses and ingredients", key="words", max_chars=100).strip()
    sort = order.selectbox("Order", list(SORTS), key="order")
    asked: dict[str, Any] = dict(SORTS[sort])
    if have:
        asked |= {"with": have} if how == CONTAIN else {"bar": have, "missing": int(how == ALMOST)}
    if without.toggle("Only without alcohol", key="mocktails"):
        asked["mocktails"] = True
    if search:
        asked["search"] = search
    return asked


def listing(asked: dict[str, Any]) -> None:
    pager = ui.Pager("drinks", repr(sorted(asked.items())))
    page = ui.api().cocktails(PAGE, pager.cursor, **asked)
    _remarks(page)
    if page.drinks:
        ui.html(f"<p class=quiet role=status>{page.total:,} drink{'s' * (page.total != 1)}</p>")
        ui.html(f"<ul class=drinks>{''.join(map(_card, page.drinks))}</ul>")
    elif asked:
        ui.empty("No drink fits", "Take an ingredient away, or choose another kind of question.")
    else:
        ui.empty("There are no drinks yet", "make cocktails fetches them.")
    pager.show(page.lastKey, "drinks", len(page.drinks))


def _remarks(page: DrinkPage) -> None:
    for name, names in page.near.items():
        ui.notice("look", f"No drink has {name}", f"Did you mean {', '.join(names)}?" if names else "")
    for brand, kind in page.instead.items():
        ui.notice("plain", f"No recipe names {brand}", f"These drinks have {kind}.")
    if page.one_more:
        found = ", ".join(f"{entry.ingredient} ({entry.drinks})" for entry in page.one_more)
        ui.notice("plain", "One more ingredient makes more drinks", found)


def _card(drink: Drink) -> str:
    about = " · ".join(filter(None, (drink.glass, strength(drink), drink.difficulty)))
    portions = "".join(
        f"<li>{ui.cell(each.name)}<span class=quiet> {ui.text(each.measure or '')}</span></li>"
        for each in drink.ingredients
    )
    lacking = f"<p class=lacking>missing: {ui.text(', '.join(drink.missing))}</p>" if drink.missing else ""
    return (
        f"<li><h3>{ui.link('drink', drink.name, id=drink.id)}</h3><p class=quiet>{ui.text(about)}</p>"
        f"<ul>{portions}</ul>{lacking}</li>"
    )


def strength(drink: Drink) -> str:
    if drink.is_mocktail:
        return "no alcohol"
    if drink.strength is None or (drink.strength.percent < 1 and drink.unknown):
        return "strength unknown"
    return f"{drink.strength.percent:.0f} % vol."
