"""The pages of stored queries: the list, one with its form and answer, and views made of several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from foedus.diagnostics import FoedusError
from foedus.parameters import bind, choices, completions
from foedus.storedqueries import Parameter, StoredQuery, query_names
from foedus.web.site import Page, Site
from foedus.web.tabling import tabulate, twins

Values = Mapping[str, list[str]]
"""What a form sends: values by parameter."""


def queries(site: Site) -> Page:
    """Return the list of the questions that can be asked, by tag."""
    found = [site.query(name) for name in query_names(site.home)]
    tags: dict[str, list[StoredQuery]] = defaultdict(list)
    for query in found:
        tags[query.tags[0] if query.tags else "other"].append(query)
    return Page("queries.html", "Questions", {"tags": sorted(tags.items())})


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
    return Page("question.html", query.question, context, forms)


def complete(site: Site, name: str, parameter: str, start: str) -> list[dict[str, str]]:
    """Return up to twenty values that a half-typed one may become."""
    found = [p for p in site.query(name).parameters if p.name == parameter]
    known = completions(site.store, found[0], start)[:20] if found and start else []
    return [{"value": value, "label": label} for value, label in known]


def as_of(site: Site, day: str) -> Page:
    """Return the relationship on a day: every stored query that asks for one and needs nothing else."""
    sections = []
    for name in query_names(site.home):
        query = site.query(name)
        dated = [p for p in query.parameters if p.name == "asOf"]
        if dated and all(p in dated or not p.required for p in query.parameters):
            found = site.rows(query, {"asOf": [day]})
            if found.rows:
                sections.append((query, tabulate(site, query, found, size=40)))
    return Page("asof.html", f"The relationship on {day}", {"sections": sections, "day": day})


def compare(site: Site, values: Values) -> Page:
    """Return what changed between two days."""
    page = question(site, "changes", values)
    return Page("question.html", page.title, page.context, page.twins)


def positions(site: Site, issue: str) -> Page:
    """Return what each side said on an issue: a theme, or anything that has a name."""
    query = site.query("positions")
    theme = next(p for p in query.parameters if p.name == "theme")
    themes = choices(site.store, theme)
    if not issue:
        return Page("positions.html", "Positions", {"themes": themes, "issue": "", "sides": [], "named": ""})
    key = "theme" if issue in {choice.slug for choice in themes} else "about"
    found = site.rows(query, {key: [issue]})
    table = tabulate(site, query, found, size=300)
    names = list(found.variables)
    sides: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.rows:
        cells = dict(zip(names, row, strict=True))
        sides[cells["side"].text].append(cells)
    shown = next((c.label for c in themes if c.slug == issue), issue)
    context = {"themes": themes, "issue": issue, "sides": list(sides.items()), "named": shown}
    return Page("positions.html", f"Positions on {shown}", context, twins(site, query, found))


def treaties(site: Site) -> Page:
    """Return each treaty's acts by party, and whether it binds at the end of what the sources know."""
    acts = site.query("treaty-acts")
    found = site.rows(acts, {})
    names = list(found.variables)
    cells = [dict(zip(names, r, strict=True)) for r in tabulate(site, acts, found, size=500).rows]
    force = site.query("in-force")
    bound = site.rows(force, {})
    where = list(bound.variables)
    rows = [dict(zip(where, r, strict=True)) for r in tabulate(site, force, bound, size=500).rows]
    binding = {(row["treaty"].id, row["party"].id): row["certainty"].text for row in rows}
    table: dict[Any, dict[Any, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for act in cells:
        table[act["treaty"]][act["party"]].append(act)
    status = [(treaty, list(parties.items())) for treaty, parties in table.items()]
    return Page("treaties.html", "Treaties", {"status": status, "binding": binding}, twins(site, acts, found))


def _choices(site: Site, parameter: Parameter) -> list[tuple[str, str]]:
    if parameter.type != "choice":
        return []
    return [(c.slug, c.label or c.slug) for c in choices(site.store, parameter)]
