"""Reproducible data of any size for every flow, with a chosen share of broken records and the truth beside it.

One module a kind of data; barback/generate/recipe.py has the interface that they share.
"""
