"""The page of the line of time, and the scale that it is laid on."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from fiction import built_fiction
from starlette.testclient import TestClient

from foedus.home import Home
from foedus.timescale import Scale, Span, stack
from foedus.web.app import make_app
from foedus.web.pages import timeline


def _client(home: Home) -> TestClient:
    return TestClient(make_app(home))


def _listed(page: str) -> list[str]:
    return re.findall(r'<li data-number="([^"]+)"(?: class="told")?>', page)


def test_a_scale_gives_each_day_its_share() -> None:
    """The first day begins at nothing, the last ends at the whole, and what lies beyond is just beyond."""
    scale = Scale(date(2000, 1, 1), date(2009, 12, 31))
    assert scale.at(date(2000, 1, 1)) == 0
    assert scale.at(date(2009, 12, 31), end=True) == 100
    assert 49 < scale.at(date(2005, 1, 1)) < 51
    assert -3 < scale.at(date.min) < 0
    assert 100 < scale.at(date.max, end=True) < 103
    assert scale.shows(None, date(2000, 1, 1))
    assert not scale.shows(None, date(1999, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2000, 1, 1), date(2009, 12, 31), [str(y) for y in range(2000, 2010)]),
        (
            date(1300, 1, 1),
            date(2025, 1, 1),
            ["1300", "1400", "1500", "1600", "1700", "1800", "1900", "2000"],
        ),
        (date(2022, 1, 1), date(2022, 4, 30), ["Feb", "Mar", "Apr"]),
        (date(9990, 1, 1), date.max, [str(y) for y in range(9990, 9999)]),
    ],
)
def test_a_scale_marks_years_or_months(first: date, last: date, expected: list[str]) -> None:
    """A few marks with the names of years, or of months where few days are shown."""
    assert [text for _, text in Scale(first, last).ticks() if text != "2022"] == expected


def test_what_overlaps_stands_in_rows_of_its_own() -> None:
    """A span takes the first row in which the one before has ended."""
    spans = [Span(0, 5), Span(1, 2), Span(3, 4), Span(5, 6), Span(7, 8)]
    assert stack(spans) == [0, 1, 1, 0, 0]
    assert stack([Span(0, 5), Span(5, 6)], gap=1) == [0, 1]
    assert stack([Span(0, 9, endless=True), Span(1, 2), Span(1, 2)]) == [2, 0, 1]


@pytest.mark.parametrize("home", [Home.find(), built_fiction()], ids=["dossier", "fiction"])
def test_the_list_tells_what_the_picture_shows(home: Home) -> None:
    """Each mark that is seen stands in the list, and none besides."""
    page = _client(home).get("/timeline").text
    drawn = re.findall(r'<a href="[^"]+" tabindex="-1" data-number="([^"]+)"[^>]*class="[^"]*">', page)
    assert drawn
    assert sorted(drawn) == sorted(_listed(page))


def test_the_form_chooses_without_any_script() -> None:
    """Values in the address choose what is listed, on the page and in its twins."""
    client = _client(Home.find())
    everything = _listed(client.get("/timeline?from=1300&to=2050").text)
    some = client.get("/timeline?from=2023&to=2023&actor=russia&tenor=conflictual").text
    assert 0 < len(_listed(some)) < len(everything)
    twin = client.get("/timeline.json?from=2023&to=2023&actor=russia&tenor=conflictual").json()
    assert len(twin) == len(_listed(some))
    assert all("russia" in mark["actors"] and mark["tenor"] == "conflictual" for mark in twin)
    assert json.dumps(twin[0]["earliest"])
    assert client.get("/timeline.csv").text.startswith("id,")


def test_what_is_not_asserted_looks_so() -> None:
    """A plan or claim is hollow in the picture and badged in the list."""
    page = _client(Home.find()).get("/timeline?modality=planned&from=1300&to=2050").text
    assert len(_listed(page)) > 1
    assert page.count('<span class="badge">planned</span>') >= len(_listed(page))
    assert 'class="core"' in page


def test_a_date_that_is_none_is_refused() -> None:
    """What is no date is told with how to write one."""
    answer = _client(Home.find()).get("/timeline?from=2022-13")
    assert answer.status_code == 400
    assert "2022-13" in answer.text


def test_a_page_bounds_its_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound the first ones in time are drawn, and the page says how many are left out."""
    monkeypatch.setattr(timeline, "MARKS", 20)
    page = _client(Home.find()).get("/timeline").text
    assert len(_listed(page)) == 20
    assert "more are left out" in page
