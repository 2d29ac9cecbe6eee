# Builds infra/stack.yaml on LocalStack when it is ready. LocalStack runs this file in its own process; a failure
# here is reported at /_localstack/init/ready, and the environment then never becomes healthy.
from contextlib import suppress

from barback.inside.origins import guard_running_gateway
from barback.inside.quiet import log_no_readiness_checks
from barback.inside.tables import make_fit_for_functions
from barback.provision import main

log_no_readiness_checks()
guard_running_gateway()
with suppress(ImportError, AttributeError):  # another LocalStack than the pinned one is only slower
    from barback.inside.packages import share_packages

    share_packages()
try:
    from barback.inside.updates import lose_no_events

    lose_no_events()
except (ImportError, AttributeError) as error:  # another LocalStack than the pinned one may differ inside
    print(f"barback: events that arrive while code changes may be late on this LocalStack ({error})")
make_fit_for_functions()
main()
