"""LocalStack without Docker, without Java and without an account: the default where no Docker engine answers.

    engine.py      what commands use, behind the same face as the Docker engine
    localstack.py  LocalStack in a process: install, start, status, health, stop
    install.py     two virtual environments below .engine/: `venv` (LocalStack) and `runtime` (what functions see)
    settings.py    the environment LocalStack runs in, written from scratch
    processes.py, launch.py   a process that outlives its command, and knowing it again

All of this runs in the project's own Python. What runs inside LocalStack is in barback/inside/.
"""
