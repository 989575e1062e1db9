"""Every page by its address: what the server answers and the static site writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from foedus.web.pages import front, general, network, questions, things, timeline
from foedus.web.site import Page, Site

Form = Mapping[str, Sequence[str]]
"""The values of an address, those in its path included."""

View = Callable[[Site, Form], Page]

VIEWS: Final[Mapping[str, View]] = {
    "/": lambda site, form: front.front(site),
    "/search": lambda site, form: general.search(site, _one(form, "q")),
    "/things": lambda site, form: things.everything(site, _number(form)),
    "/id/{name:path}": lambda site, form: things.thing(site, _one(form, "name"), _number(form)),
    "/queries": lambda site, form: questions.queries(site),
    "/queries/{name}": lambda site, form: questions.question(
        site, _one(form, "name"), {k: v for k, v in form.items() if k != "name"}, _number(form)
    ),
    "/timeline": lambda site, form: timeline.timeline(site, form),
    "/network": lambda site, form: network.network(site, form),
    "/treaties": lambda site, form: questions.treaties(site, _number(form)),
    "/positions": lambda site, form: questions.positions(site, _one(form, "on"), _number(form)),
    "/as-of": lambda site, form: questions.as_of(site, _one(form, "day") or questions.LAST_DAY),
    "/as-of/{day}": lambda site, form: questions.as_of(site, _one(form, "day")),
    "/compare": lambda site, form: questions.compare(site, form, _number(form)),
    "/ontology": lambda site, form: general.ontology(site),
}
"""The pages that need nothing but the graph; a part of a path in braces is a value."""


def _one(form: Form, key: str) -> str:
    return next(iter(form.get(key, ())), "")


def _number(form: Form) -> int:
    text = _one(form, "page")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
