"""`python -m holdfast.cli.healthy URL`: exits 0 where a GET is answered with 200, 1 otherwise. For health checks."""

import sys
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

_SECONDS = 3.0


def healthy(url: str) -> bool:
    """Whether it answers well within 3 s. Imports little: it runs every few seconds beside each service."""
    try:
        # Whatever proxy the container is told of has no part in a question to itself.
        with build_opener(ProxyHandler({})).open(url, timeout=_SECONDS) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy(sys.argv[1]) else 1)
