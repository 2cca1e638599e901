"""Whether this container's web process answers: `python -m` would load the portal, so this runs as a file."""

import http.client
import os
import sys

SECONDS = 4


def main() -> int:
    host = os.environ["OCCIRED_HOSTS"].split(",", 1)[0]
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
