"""The API on this machine, at one address, with routes that write. Nothing of this is ever deployed.

app.py      the application that runs in Lambda, and the routes beside it
routes.py   upload a file, start a function, send failed events again, how the pipeline is
server.py   the process that serves it as long as the embedded engine runs; in Docker it is a service of its own
"""
