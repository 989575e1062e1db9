"""The page on which a record is checked: by the command line's own check, in a process that can be ended."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any, Final

from foedus.diagnostics import UnreadableInput
from foedus.web.site import Page, Site

MAX_BYTES: Final = 64_000
"""Bytes of text that are taken to be checked."""

FORMS: Final = ("yaml", "csv", "turtle", "ntriples", "jsonld")
_SECONDS = 20
_TURNS = threading.BoundedSemaphore(2)
_COMMAND = [sys.executable, "-P", "-c", "from foedus.cli import main; main()"]


def check(site: Site, text: str = "", form: str = "yaml") -> Page:
    """Return the form and, for a text, its findings; nothing is stored. Raise UnreadableInput beyond the limits."""
    context: dict[str, Any] = {
        "text": text,
        "form": form,
        "forms": FORMS,
        "findings": None,
        "lines": [],
        "error": "",
    }
    if not text.strip():
        return Page("check.html", "Check a record", context)
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise UnreadableInput(f"the text has more than {MAX_BYTES:,} bytes; check it with: foedus check FILE")
    if form not in FORMS:
        raise UnreadableInput(f'"{form}" is no form; one of {", ".join(FORMS)}')
    if not _TURNS.acquire(timeout=_SECONDS):
        raise UnreadableInput("others are checking now; try again in a moment")
    try:
        command = [*_COMMAND, "--home", str(site.home.root), "check", "--as", form, "--format", "json", "-"]
        done = subprocess.run(
            command, input=text.encode(errors="replace"), capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableInput(f"ended after {_SECONDS} s without a verdict; check less at once") from None
    finally:
        _TURNS.release()
    try:
        context["findings"] = json.loads(done.stdout)
    except ValueError:
        context["error"] = done.stderr.decode(errors="replace").strip()
    context["lines"] = text.split("\n")
    return Page("check.html", "Check a record", context)
