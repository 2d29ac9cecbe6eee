"""Stand-ins for TheCocktailDB, JSONPlaceholder and RandomUser, so that every flow runs offline.

Standard library only: `python -m upstream` runs in a bare Python image. The paths, parameters and answer shapes
are those of the real services; the data is made here, the same for the same seed.
"""
