# Builds infra/stack.yaml on LocalStack when it is ready. LocalStack runs this file in its own process; a failure
# here is told at /_localstack/init/ready, and the environment then never becomes healthy.
from barback.inside.origins import guard_running_gateway
from barback.inside.tables import make_fit_for_functions
from barback.provision import main

guard_running_gateway()
make_fit_for_functions()
main()
