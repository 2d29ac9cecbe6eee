"""What runs inside LocalStack, in its interpreter: DynamoDB on moto's tables, and a Lambda executor.

LocalStack makes an environment object for every concurrent invocation. Ours (executor.py) is light, and borrows a
`Worker` from one `Pool` for just that invocation. So the number of processes is capped however large a burst is, and
a warm worker goes to whoever needs it next. A worker (worker.py) is a process that runs AWS's own runtime client, a
Runtime API (runtime_api.py) on a loopback port of its own, a log (output.py) and a measure of its memory
(memory.py). reports.py words the log lines of an invocation as AWS does.

A function's process sees an environment made from AWS's documented variables, a folder of its own, its code and
layers, and the packages of `.engine/runtime`: nothing of the shell, of LocalStack or of this project. The files in
function/ run outside LocalStack: bootstrap.py in each function's process, and the warden, which kills what is left of
all functions when LocalStack is gone, even after a kill -9 (warden.py is LocalStack's side of it).

A function runs on the Python and the machine you have, and its processes are not jailed: it can read your files and
write to /tmp as any program of yours can.
"""
