"""The pages in a browser: the ways that a reader takes, and a scan for barriers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import Require

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(os.environ.get("FOEDUS_AXE", "node_modules/axe-core/axe.min.js"))
KINDS = [
    "/",
    "/id/armenia",
    "/queries",
    "/queries/members",
    "/timeline",
    "/network",
    "/treaties",
    "/as-of/2020-01-01",
    "/check",
    "/ontology",
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = "from foedus.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", code, "serve", "--port", str(port)]) as process:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def browser(require: Require) -> Iterator[Any]:
    there = CHROMIUM.is_file() and find_spec("playwright") is not None
    require("chromium", there, "there is no /usr/bin/chromium, or no playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def test_a_reader_goes_from_search_to_evidence(browser: Any, address: str) -> None:
    """Words lead to a thing and that to a passage, with no error and no request to another host."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith(address) else troubles.append(r.url))
    page.goto(address)
    page.fill("#site-search", "peacekeepers")
    page.press("#site-search", "Enter")
    page.click(".hits a >> nth=0")
    page.click(".passages a >> nth=0")
    assert page.locator("h2", has_text="What rests on it").count() == 1
    assert not troubles


def test_a_form_leads_to_an_address_and_a_bad_record_to_its_line(browser: Any, address: str) -> None:
    """What a form asked stands in the address; a bad record is told its line."""
    page = browser.new_page()
    page.goto(f"{address}/queries/members")
    page.fill("#p-organization", "CSTO")
    page.click("main form button")
    assert "organization=CSTO" in page.url
    assert page.locator("main tbody tr").count() > 0
    page.goto(f"{address}/check")
    page.fill("#text", "- {id: x, type: Evnt}")
    page.click("main form button")
    assert "Line 1, violation FOE112" in page.inner_text("main")


def test_the_line_of_time_filters_and_zooms(browser: Any, address: str) -> None:
    """A choice and a zoom change picture, list and address at once; the address gives the same again."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    page.on("request", lambda r: None if r.url.startswith(address) else troubles.append(r.url))
    page.goto(f"{address}/timeline")
    listed, drawn = "#list > li:not([hidden])", '#chart a[data-number]:not([display="none"])'
    everything = page.locator(listed).count()
    assert page.locator(drawn).count() == everything
    page.select_option("#by-actor", "russia")
    of_russia = page.locator(listed).count()
    assert 0 < of_russia < everything
    assert "actor=russia" in page.url
    page.click("text=Zoom in")
    nearer = page.locator(listed).count()
    assert 0 < nearer < of_russia
    assert page.locator(drawn).count() == nearer
    assert "from=" in page.url
    page.goto(page.url)
    assert page.locator(listed).count() == nearer
    page.click("text=Everything since")
    assert page.locator(listed).count() > of_russia
    page.hover(f"{drawn} >> nth=3", force=True)
    assert ":" in page.inner_text("#readout")
    assert not troubles


def test_the_network_slides_over_the_years_and_lights_up(browser: Any, address: str) -> None:
    """Slider, choices and pointer change picture, table and address at once; the address gives the same again."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    troubles: list[str] = []
    page.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: troubles.append(str(e)))
    page.on("request", lambda r: None if r.url.startswith(address) else troubles.append(r.url))
    page.goto(f"{address}/network")
    listed, drawn = "#list tbody tr:not([hidden])", '.wide .disc:not([display="none"])'
    paths = '.wide path:not([display="none"])'
    places = page.locator('.wide [data-id="russia"]').get_attribute("transform")

    def seen() -> tuple[int, int, int]:
        return page.locator(listed).count(), page.locator(drawn).count(), page.locator(paths).count()

    first = seen()
    page.focus("#slider input")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert "on=2022-02-20" in page.url
    earlier = seen()
    assert earlier != first
    assert page.locator('.wide [data-id="russia"]').get_attribute("transform") == places
    page.goto(page.url)
    assert seen() == earlier
    page.uncheck("input[value=Situation]")
    page.select_option("#by-show", "certain")
    fewer = seen()
    assert all(0 < few < many for few, many in zip(fewer, earlier, strict=True))
    page.goto(page.url)
    assert seen() == fewer
    page.focus('.wide [data-id="armenia"]')
    assert page.locator(".wide.lit path.on").count() > 0
    assert "Armenia" in page.inner_text("#readout")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/id/armenia")
    assert not troubles


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier(scheme: str, browser: Any, address: str, require: Require) -> None:
    """No kind of page has a serious finding of axe-core, light or dark, and none is wider than a phone."""
    require("chromium", AXE.is_file(), f"there is no {AXE}; npm install axe-core, or set FOEDUS_AXE")
    context = browser.new_context(
        color_scheme=scheme, bypass_csp=True, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    for path in KINDS:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        assert not [v["id"] for v in found if v["impact"] in ("serious", "critical")], path
