"""The description of the stack: its models, reading and checking it, the names and rights that follow from it.

names.py and policy.py also run inside LocalStack, as part of the ready hook: standard library only.
"""
