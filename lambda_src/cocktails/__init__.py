"""The cocktail ETL: fetch drinks from an API, then validate, normalise, enrich and store them.

fetch_handler → fetch → http              raw answers land in the raw bucket
transform_handler → transform → models, normalise (measures, ingredients), enrich → store
"""
