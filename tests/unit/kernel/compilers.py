"""Whether this machine can compile, for tests that are of no use without."""

import pytest

from barback.kernel import own_compiler, portable_compiler

needs_compiler = pytest.mark.skipif(
    own_compiler() is None and portable_compiler(fetch=False) is None, reason="there is no C compiler on this machine"
)
needs_own_compiler = pytest.mark.skipif(own_compiler() is None, reason="there is no `cc` on this machine")
