"""The two kinds of error.

BadInput        the file or record is wrong and will be wrong again: recorded, not retried
anything else   raised, retried by Lambda and, at the end, kept among the failed events
"""


class BadInput(Exception):
    """The input cannot be used. The message tells a person what is wrong with it and what to do."""


class Contended(Exception):
    """Others kept writing the same thing. Raised, so that Lambda tries the whole event again later."""
