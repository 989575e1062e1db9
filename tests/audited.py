"""Run as a program: the command line under a hook that ends it where a socket or a foreign file is opened.

``python audited.py FOLDER… -- WORD…``: below the folders files may be opened, and Python's own everywhere.
"""

from __future__ import annotations

import os
import sys
import sysconfig

FOREIGN = 99


def main() -> None:
    """Install the hook and hand over to the command line."""
    cut = sys.argv.index("--")
    own = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *sys.path, "/dev/null"]
    allowed = tuple(os.path.realpath(p) for p in (*own, *sys.argv[1:cut]) if p)
    words = sys.argv[cut + 1 :]

    def watch(event: str, details: tuple[object, ...]) -> None:
        if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "urllib.")):
            os.write(2, f"FOREIGN {event} {details}\n".encode())
            os._exit(FOREIGN)
        if event == "open" and isinstance(details[0], str | bytes):
            path = os.path.realpath(os.fsdecode(details[0]))
            if not path.startswith(allowed):
                os.write(2, f"FOREIGN open {path}\n".encode())
                os._exit(FOREIGN)

    from foedus.cli import main as foedus

    sys.addaudithook(watch)
    sys.argv = ["foedus", *words]
    foedus()


if __name__ == "__main__":
    main()
