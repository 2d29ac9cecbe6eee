"""The API on this machine, at one address, with routes that write. Nothing of this is ever deployed.

app.py      the application that runs in Lambda, and the routes beside it
looking.py  how the pipeline is: functions and their logs, queues, failed events
routes.py   upload a file, start a function, send failed events again
server.py   the process that serves it as long as the embedded engine runs; in Docker it is a service of its own
"""
