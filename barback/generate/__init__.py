"""Reproducible data of any size for every flow, with a chosen share of broken records and the truth beside it.

One module a kind of data; barback/generate/recipe.py has the interface that they share.
"""

from collections.abc import Mapping

from barback.generate.csv import Tables
from barback.generate.orders import Orders
from barback.generate.recipe import Generator
from barback.generate.records import Records

GENERATORS: Mapping[str, Generator] = {made.name: made for made in (Orders(), Tables(), Records())}
