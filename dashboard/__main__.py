"""`python -m dashboard --port 4595`: serves the web pages until it is stopped. BARBACK_API says where the API is."""

import argparse
import sys
from pathlib import Path

from streamlit import net_util
from streamlit.web import cli


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dashboard", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    # Streamlit would ask a service on the internet for this machine's address when a page of another origin calls.
    net_util.get_external_ip = lambda: None
    here = Path(__file__).parent
    # What a person's own settings of Streamlit must not change; the rest is in .streamlit/config.toml.
    # Outside site-packages, as in docker-compose.yml, Streamlit takes itself for a checkout and refuses a port.
    sys.argv = [
        "streamlit", "run", str(here / "app.py"), "--global.developmentMode=false",
        f"--server.address={options.host}", f"--server.port={options.port}", "--server.headless=true",
        "--browser.gatherUsageStats=false", "--logger.hideWelcomeMessage=true", "--logger.level=warning",
    ]  # fmt: skip
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
