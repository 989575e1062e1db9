"""Pictures drawn by the command line, without a browser."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Require
from fiction import built_fiction, foedus

from foedus.home import Home


@pytest.fixture(autouse=True)
def _altair(require: Require) -> None:
    there = find_spec("altair") is not None and find_spec("vl_convert") is not None
    require("altair", there, "there is no altair or no vl-convert; pip install 'foedus[plot]'")


@pytest.mark.parametrize("picture", ["timeline", "treaties"])
@pytest.mark.parametrize("fiction", [False, True], ids=["dossier", "fiction"])
def test_a_picture_shows_the_records_of_any_home(picture: str, fiction: bool, tmp_path: Path) -> None:
    """The picture is an SVG with a title and a mark for what it tells."""
    file = tmp_path / f"{picture}.svg"
    done = foedus(built_fiction() if fiction else Home.find(), "plot", picture, "-o", str(file))
    assert done.exit_code == 0, done.output
    assert int(re.findall(r"(\d+) records", done.stderr)[0]) >= 5
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert ("The line of time" if picture == "timeline" else "Treaties and the acts on them") in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}path"))) > 20


@pytest.mark.parametrize("fiction", [False, True], ids=["dossier", "fiction"])
def test_the_network_of_any_home_is_drawn(fiction: bool, tmp_path: Path) -> None:
    """The picture of a day names the actors and has a strand for each of their ties."""
    file = tmp_path / "network.svg"
    home, day = (built_fiction(), "1931-06-01") if fiction else (Home.find(), "2022-02-20")
    done = foedus(home, "plot", "network", "-o", str(file), "--on", day)
    assert done.exit_code == 0, done.output
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {f"Who is tied to whom, {day}", *(("Freedonia",) if fiction else ("Armenia", "Russia"))} <= texts
    few = foedus(home, "plot", "network", "-o", str(file), "--on", day, "--kind", "Membership")
    counts = [int(re.findall(r"(\d+) records", out.stderr)[0]) for out in (done, few)]
    assert counts[0] > counts[1] > 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["network", "--from", "2020"], "say --on"),
        (["network", "--kind", "Membershp"], 'did you mean "Membership"'),
        (["network", "--tenor", "nice"], "choose from"),
        (["timeline", "--on", "2020"], "--on is for the network"),
    ],
)
def test_the_network_is_of_one_time(words: list[str], told: str, tmp_path: Path) -> None:
    """Options of another picture are refused, as is a value that no tie has."""
    done = foedus(Home.find(), "plot", *words, "-o", str(tmp_path / "x.svg"))
    assert done.exit_code == 2
    assert told in done.output


def test_a_picture_may_be_png_or_html(tmp_path: Path) -> None:
    """The suffix decides; a page asks no other host for its scripts."""
    home = built_fiction()
    for form in ("png", "html"):
        assert foedus(home, "plot", "treaties", "-o", str(tmp_path / f"x.{form}")).exit_code == 0
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "vega" in page
    assert not re.findall(r"<(?:script|link)[^>]+(?:src|href)=", page)


def test_options_choose_what_is_drawn(tmp_path: Path) -> None:
    """Fewer records are drawn of one actor, or of a year, and another picture comes of it."""
    found = []
    for words in (
        [],
        ["--actor", "Russia"],
        ["--actor", "Russia", "--from", "2023", "--to", "2023", "--kind", "Event"],
    ):
        done = foedus(Home.find(), "plot", "timeline", "-o", str(tmp_path / "x.svg"), *words)
        assert done.exit_code == 0, done.output
        found.append((int(re.findall(r"(\d+) records", done.stderr)[0]), (tmp_path / "x.svg").read_bytes()))
    assert found[0][0] > found[1][0] > found[2][0] > 0
    assert len({content for _, content in found}) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-o", "x.gif"], "name a file that ends in .svg, .png or .html"),
        (["-o", "x.svg", "--theme", "securty"], 'did you mean "security"'),
        (["-o", "x.svg", "--actor", "Atlantis"], 'no Actor "Atlantis"'),
        (["-o", "x.svg", "--from", "2024", "--to", "2022"], "exchange --from and --to"),
        (["-o", "/dev/null/x.svg"], "/dev/null"),
    ],
)
def test_what_cannot_be_drawn_is_told(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong suffix, value or place ends with one line that says how to mend it, and writes nothing."""
    monkeypatch.chdir(tmp_path)
    done = foedus(Home.find(), "plot", "timeline", *words)
    assert done.exit_code == 2
    assert told in done.output
    assert not list(tmp_path.iterdir())


def test_without_the_extra_the_command_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where altair is missing, the line says what to install."""
    monkeypatch.setitem(sys.modules, "altair", None)
    monkeypatch.delitem(sys.modules, "foedus.plotting", raising=False)
    done = foedus(Home.find(), "plot", "timeline", "-o", str(tmp_path / "x.svg"))
    assert done.exit_code == 2
    assert "pip install 'foedus[plot]'" in done.output
