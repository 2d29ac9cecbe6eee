"""The web pages: what the flows have stored and how the pipeline is, read through the HTTP API alone.

app.py      the entry point that Streamlit runs: navigation, and the page that was asked for
client.py   the API as typed calls; the one module that sends requests
models.py   what it answers
ui.py       what pages share: states (empty, error), cards, tables, and foreign text made safe
views/      one module for each page with a function `show`; views/__init__.py lists them

Nothing here imports boto3 or knows a table: a test checks the imports.
"""
