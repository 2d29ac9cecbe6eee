"""The cocktail flow: fetch drinks from an API, validate, normalise, enrich and store them, and answer questions.

fetch_handler → fetch → landing                                                 raw answers land in the raw bucket
transform_handler → transform → models, normalise (measures, ingredients, alcohol, difficulty) → store, results
queries → question, choosing                                                    what the command and the API ask
"""
