"""`python -m barback.harness --port 4590`: serves the API and the test harness until it is stopped."""

import argparse

import uvicorn


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m barback.harness", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--reload", action="store_true", help="restart when lambda_src/ or barback/ changes")
    options = parser.parse_args()
    uvicorn.run(
        "barback.harness.app:make_local_app",
        factory=True,
        host=options.host,
        port=options.port,
        reload=options.reload,
        reload_dirs=["lambda_src", "barback"] if options.reload else None,
        access_log=False,  # the application writes its own
        log_level="warning",
    )


if __name__ == "__main__":
    main()
