"""The page of the network: the picture, the table that tells the same, and its choices."""

from __future__ import annotations

import re

import pytest
from fiction import built_fiction
from starlette.testclient import TestClient

from foedus.bundles import broken
from foedus.home import Home
from foedus.web.app import make_app
from foedus.web.pages import network


def _client(home: Home) -> TestClient:
    return TestClient(make_app(home))


def _rows(page: str) -> list[str]:
    return re.findall(r'<tr data-strand="[^>]*?data-sort="(\w+)"[^>]*?(?<!hidden)>', page)


def _drawn(page: str) -> set[str]:
    """Return the actors that the wide picture shows."""
    wide = page.partition('class="net wide"')[2].partition("</svg>")[0]
    return set(re.findall(r'data-id="([^"]+)" class="[^"]+" transform', wide))


@pytest.fixture(scope="module")
def fiction() -> TestClient:
    return _client(built_fiction())


def test_the_picture_shows_the_actors_of_the_table(fiction: TestClient) -> None:
    """Whoever stands in a row of the day is drawn, with a link, and strands lead between the drawn only."""
    page = fiction.get("/network?on=1931-06-01").text
    ends = set(re.findall(r'data-one="([^"]+)" data-other="[^"]+"[^>]*?(?<!hidden)>', page))
    assert ends
    assert ends <= _drawn(page)
    assert all(f'href="/id/{name}"' in page for name in ends)


def test_choices_leave_less(fiction: TestClient) -> None:
    """A kind, an actor or certainty alone leaves fewer rows, and the twin has the same ones."""
    everything = len(_rows(fiction.get("/network?on=1931-06-01").text))
    for choice in ("kind=Membership", "actor=ruritania", "show=certain"):
        assert 0 < len(_rows(fiction.get(f"/network?on=1931-06-01&{choice}").text)) < everything, choice
        twin = fiction.get(f"/network.json?on=1931-06-01&{choice}").json()
        assert len(twin) == len(_rows(fiction.get(f"/network?on=1931-06-01&{choice}").text)), choice
    assert set(_rows(fiction.get("/network?on=1931-06-01&kind=Treaty").text)) == {"Treaty"}
    assert fiction.get("/network.csv").text.startswith("one,other,kind")


def test_what_only_may_be_is_dashed_and_what_is_claimed_is_dotted() -> None:
    """On a day before the end of what the source knows, strands of all three sorts are drawn."""
    page = _client(Home.find()).get("/network?on=2024-02-20").text
    shown = re.findall(r'<path data-strand="\d+" class="hue-\d+ (\w+) w\d" d=', page)
    assert {"certain", "possible", "told"} == set(shown)


def test_more_actors_than_can_be_drawn_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The busiest are drawn, the sides among them, and the rest is said to stand in the table only."""
    monkeypatch.setattr(network, "ACTORS", 10)
    page = _client(Home.find()).get("/network").text
    assert len(_drawn(page)) == 10
    assert {"armenia", "russia"} <= _drawn(page)
    assert int(re.findall(r"<span>(\d+)</span> more stand in the table only", page)[0]) > 40


def test_too_many_ties_are_sent_for_the_day_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound the page holds the ties of its day, and its slider asks the server."""
    client = _client(Home.find())
    assert "data-embedded" in client.get("/network").text
    monkeypatch.setattr(network, "ROWS", 150)
    page = client.get("/network?on=2005-01-01").text
    assert "data-embedded" not in page
    assert 0 < page.count("<tr data-strand") <= 150


def test_a_wrong_day_is_refused_with_a_page(fiction: TestClient) -> None:
    """A day that the calendar has not is told; a month and a range are days as well."""
    assert fiction.get("/network?on=1931-13-01").status_code == 400
    assert fiction.get("/network?on=1931-06").status_code == 200
    assert fiction.get("/network?on=1930..1932-05").status_code == 200
    assert fiction.get("/network?on=0001-01-01").status_code == 200
    assert fiction.get("/network?on=9999-12-31").status_code == 200
    assert fiction.get("/network?on=1931&actor=nobody&kind=Nothing").status_code == 200


@pytest.mark.parametrize(
    ("label", "most", "lines"),
    [
        ("Ruritania", 2, ("Ruritania",)),
        ("Customs League of the Southern Seas", 2, ("Customs League of", "the Southern Seas")),
        ("Donaudampfschifffahrtsgesellschaft", 2, ("Donaudampfschifffahrtsg…",)),
        ("Customs League of the Southern Seas", 3, ("Customs", "League of the", "Southern Seas")),
    ],
)
def test_a_name_is_broken_into_lines_of_like_length(label: str, most: int, lines: tuple[str, ...]) -> None:
    """A long name takes two lines, or three on the upright picture; a word that is too long is cut."""
    assert broken(label, most) == lines
