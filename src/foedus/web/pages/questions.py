"""The pages of stored queries: the list, one with its form and answer, and views made of several."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from foedus import tables
from foedus.diagnostics import FoedusError
from foedus.parameters import SPEAKS_UNTIL, bind, choices, completions, date_range
from foedus.store import Solutions
from foedus.storedqueries import Parameter, StoredQuery, query_names
from foedus.timelines import read_moments, usual_span
from foedus.web.site import Page, Site
from foedus.web.spokendates import spoken
from foedus.web.tabling import Cell, listed, tabulate, twins

Values = Mapping[str, Sequence[str]]
"""What a form sends: values by parameter."""

LAST_DAY: Final = SPEAKS_UNTIL
"""The day on which the relationship is shown unless another is named."""
ROWS: Final = 200
"""Acts, or statements, of one page."""
_FOREMOST: Final = (
    "diplomatic-relations",
    "members",
    "in-force",
    "missions",
    "office-holders",
    "forces",
    "trade-measures",
    "situations",
)
"""The questions that a relationship on a day is told by first, before all others that have a day."""


def queries(site: Site) -> Page:
    """Return the list of the questions that can be asked, by tag."""
    found = [site.query(name) for name in query_names(site.home)]
    tags: dict[str, list[StoredQuery]] = defaultdict(list)
    for query in found:
        tags[query.tags[0] if query.tags else "other"].append(query)
    header = ["name", "summary", "question", "tags"]
    rows = [[query.name, query.summary, query.question, " ".join(query.tags)] for query in found]
    return Page("queries.html", "Questions", {"tags": sorted(tags.items())}, listed(header, rows))


def question(site: Site, name: str, values: Values, page: int = 1) -> Page:
    """Return a question's form and, where its values suffice, the answer; raise UnknownName."""
    query = site.query(name)
    known = {p.name for p in query.parameters}
    given = {k: [v for v in vs if v] for k, vs in values.items() if k in known}
    given = {k: vs for k, vs in given.items() if vs}
    context: dict[str, Any] = {
        "query": query,
        "fields": [(p, given.get(p.name, []), _choices(site, p)) for p in query.parameters],
        "given": given,
        "table": None,
        "error": "",
        "sparql": query.text,
    }
    forms = {}
    if all(p.name in given or not p.required for p in query.parameters):
        try:
            context["sparql"] = bind(query, site.store, given)
            found = site.rows(query, given)
            context["table"] = tabulate(site, query, found, page)
            forms = twins(site, query, found)
        except FoedusError as error:
            context["error"] = str(error)
    table = context["table"]
    paged = (table.page, table.pages) if table else (1, 1)
    return Page("question.html", query.question, context, forms, *paged)


def complete(site: Site, name: str, parameter: str, start: str) -> list[dict[str, str]]:
    """Return up to twenty values that a half-typed one may become."""
    found = [p for p in site.query(name).parameters if p.name == parameter]
    known = completions(site.store, found[0], start)[:20] if found and start else []
    return [{"value": value, "label": label} for value, label in known]


def as_of(site: Site, day: str) -> Page:
    """Return the relationship on a day: every stored query tagged with it that needs nothing else."""
    sections = []
    answers: list[tuple[StoredQuery, Solutions]] = []
    names = query_names(site.home)
    for name in [*(n for n in _FOREMOST if n in names), *(n for n in names if n not in _FOREMOST)]:
        query = site.query(name)
        dated = [p for p in query.parameters if p.name == "asOf"]
        if dated and "as-of" in query.tags and all(p in dated or not p.required for p in query.parameters):
            found = site.rows(query, {"asOf": [day]})
            if found.rows:
                sections.append((query, tabulate(site, query, found, size=40)))
                answers.append((query, found))
    span = usual_span(read_moments(site.home, site.store))
    asked = date_range(site.store, day)[1].isoformat() if day == LAST_DAY else day
    context = {
        "sections": sections,
        "day": asked,
        "latest": day == LAST_DAY,
        "years": range(span[0].year, span[1].year + 1) if span else (),
    }
    return Page("asof.html", f"The relationship on {spoken(asked)}", context, _stacked(site, answers))


def _stacked(site: Site, answers: Sequence[tuple[StoredQuery, Solutions]]) -> dict[str, Any]:
    """Return several answers as one file: by the names of the questions, or a row for each cell."""

    def as_json() -> str:
        texts = [
            f"{json.dumps(query.name)}: {_twin(site, query, found, 'json').strip()}"
            for query, found in answers
        ]
        return "{\n" + ",\n".join(texts) + "\n}\n"

    def as_csv() -> str:
        rows = [
            [query.name, str(number), column, str(value)]
            for query, found in answers
            for number, row in enumerate(json.loads(_twin(site, query, found, "json")), 1)
            for column, value in row.items()
            if value is not None
        ]
        return tables.csv(["question", "row", "column", "value"], rows)

    return {"json": as_json, "csv": as_csv}


def _twin(site: Site, query: StoredQuery, found: Solutions, form: str) -> str:
    return twins(site, query, found)[form]()


def compare(site: Site, values: Values, page: int = 1) -> Page:
    """Return what changed between two days."""
    return question(site, "changes", values, page)


def positions(site: Site, issue: str, page: int = 1) -> Page:
    """Return what each side said on an issue: a theme, or anything that has a name."""
    query = site.query("positions")
    theme = next(p for p in query.parameters if p.name == "theme")
    themes = choices(site.store, theme)
    if not issue:
        issues = listed(["theme", "label"], [[choice.slug, choice.label] for choice in themes])
        context = {"themes": themes, "issue": "", "sides": [], "named": ""}
        return Page("positions.html", "Positions", context, issues)
    key = "theme" if issue in {choice.slug for choice in themes} else "about"
    found = site.rows(query, {key: [issue]})
    table = tabulate(site, query, found, page, size=ROWS)
    sides: dict[str, list[dict[str, Cell]]] = defaultdict(list)
    for cells in table.named:
        sides[cells["side"].text].append(cells)
    shown = next((c.label for c in themes if c.slug == issue), issue)
    told = {"themes": themes, "issue": issue, "sides": list(sides.items()), "named": shown}
    return Page(
        "positions.html", f"Positions on {shown}", told, twins(site, query, found), table.page, table.pages
    )


def treaties(site: Site, page: int = 1) -> Page:
    """Return each treaty's acts by party, and whether it binds at the end of what the sources know."""
    acts, force = site.query("treaty-acts"), site.query("in-force")
    found, bound = site.rows(acts, {}), site.rows(force, {})
    every = tabulate(site, force, bound, size=max(1, len(bound.rows)))
    binding = {(row["treaty"].id, row["party"].id): row["certainty"].text for row in every.named}
    # A page holds whole treaties, in the order of their names; of very many acts on one, all stand together.
    cells = tabulate(site, acts, found, size=max(1, len(found.rows))).named
    cells.sort(key=lambda act: (act["treaty"].text, act["treaty"].id, act["party"].text))
    leaves: list[list[tuple[Cell, list[tuple[Cell, list[dict[str, Cell]]]]]]] = [[]]
    room = ROWS
    for treaty, on_it in groupby(cells, key=lambda act: act["treaty"]):
        parties = [(party, list(those)) for party, those in groupby(on_it, key=lambda act: act["party"])]
        number = sum(len(those) for _, those in parties)
        if number > room and leaves[-1]:
            leaves.append([])
            room = ROWS
        leaves[-1].append((treaty, parties))
        room -= number
    page = min(max(page, 1), len(leaves))
    context = {"status": leaves[page - 1], "binding": binding}
    return Page("treaties.html", "Treaties", context, twins(site, acts, found), page, len(leaves))


def _choices(site: Site, parameter: Parameter) -> list[tuple[str, str]]:
    if parameter.type != "choice":
        return []
    return [(c.slug, c.label or c.slug) for c in choices(site.store, parameter)]
