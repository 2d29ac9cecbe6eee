"""LocalStack without Docker, without Java and without an account: the default where no Docker engine answers.

    engine.py      what commands use: install, start, status, health, stop
    install.py     two virtual environments below .engine/: `venv` (LocalStack) and `runtime` (what functions see)
    settings.py    the environment LocalStack runs in, written from scratch
    process.py, launch.py   a process that outlives its command, and knowing it again

Inside LocalStack's process run our plugins: DynamoDB on moto's tables, and a Lambda executor. LocalStack makes an
environment object for every concurrent invocation; ours (executor.py) is light, and borrows a `Worker` from one
`Pool` for just that invocation. So the number of processes is capped however large a burst is, and a warm worker
goes to whoever needs it next. A worker (worker.py) is a process that runs AWS's own runtime client, a Runtime API
(runtime_api.py) on a loopback port of its own, a log (output.py) and a look at its memory (memory.py). What the
engine reports of an invocation is worded in reports.py, after AWS.

A function's process sees an environment made from AWS's documented variables, a folder of its own, its code and
layers, and the packages of `runtime`: nothing of the shell, of LocalStack or of this project. The files in inside/
run outside the engine: bootstrap.py in each function's process, and the warden, which kills what is left of all
functions when the engine is gone, even if by kill -9 (warden.py is the engine's side of it).

A function runs on the Python and the machine you have, and its processes are not jailed: it can read your files and
write to /tmp as any program of yours can.
"""
