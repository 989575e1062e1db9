"""Entities by any of their names: slug, IRI, label in any language, code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from foedus.diagnostics import LONGEST_NAME, UnknownName
from foedus.namespaces import FOE, ID, PREFIXES, SKOS, slug
from foedus.retirement import current, find_retirements
from foedus.store import Store

ANYTHING: Final = "Thing"
"""The class that restricts nothing: records count as well as entities."""

_NAMES = (
    SKOS + "prefLabel",
    SKOS + "altLabel",
    *(FOE + p for p in ("formerLabel", "isoAlpha2", "isoAlpha3", "cowCode", "wikidataId")),
)
_FEW: Final = 5
"""Names that a refusal lists at most."""

_LOCAL_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_IRI = r"<?(https?://.+?)>?"
_ALIKE = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-", "—": "-"})


def fold(text: str) -> str:
    """Return what stays of a name without case, diacritics, kinds of dash and apostrophe, doubled blanks."""
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKD", text.translate(_ALIKE))
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def bearers(store: Store, text: str, class_name: str = "Entity") -> set[str]:
    """Return the IRIs of what bears the name, of a class (or of one below it), as ``find_entity`` finds it.

    Raise UnknownName where it is a retired id that several have replaced.
    """
    text = text.encode(errors="replace").decode()
    iri = _iri(text.strip())
    if iri and (class_name == ANYTHING or not _is_one(store, iri, class_name)):
        iri = current(store, iri)
    if iri and _is_one(store, iri, class_name):
        return {iri}
    wanted = fold(text)
    return _spelt(store, text, class_name) or {
        named for named, name in _names(store, class_name) if fold(name) == wanted
    }


def find_entity(store: Store, text: str, class_name: str = "Entity") -> ox.NamedNode:
    """Return the entity of a class (or of one below it) that bears the name.

    A slug or IRI (also ``id:slug``) wins over labels and codes, a label as it is spelt over one that differs in
    case, accents or blanks; a retired id stands for what replaced it. Raise UnknownName, with the candidates, where
    there is none or more than one.
    """
    text = text.encode(errors="replace").decode()
    found = bearers(store, text, class_name)
    if len(found) == 1:
        return ox.NamedNode(found.pop())
    if found:
        raise UnknownName(f'"{text}" may be {_listed(store, found)}; give the slug')
    what = class_name if class_name != ANYTHING else "entity or record"
    if (iri := _iri(text.strip())) and store.ask(f"ASK {{ <{iri}> ?p ?o }}"):
        raise UnknownName(f'"{text}" is no {what}, but something else')
    wanted, names = fold(text), list(_names(store, class_name))
    near = (_nearest(wanted, names) or _holding(wanted, names)) if len(wanted) <= LONGEST_NAME else []
    hint = f"; did you mean {_listed(store, near, ' or ')}?" if near else "; look for it with: foedus search"
    raise UnknownName(f'no {what} "{text}"{hint}')


def retirement_notes(store: Store, texts: Iterable[str]) -> list[str]:
    """Return what there is to tell of those of the names that are retired ids."""
    iris = [iri for text in texts if (iri := _iri(text.strip()))]
    return [retirement.note for retirement in find_retirements(store, iris).values()]


def named(store: Store, class_name: str = "Entity") -> dict[str, str]:
    """Return the labels of all entities of a class by slug: the English one, else any, else ''."""
    rows = store.select(
        f"SELECT ?e ?label WHERE {{ ?e {_restriction(class_name)} OPTIONAL {{ ?e <{SKOS}prefLabel> ?label }} "
        f'FILTER (STRSTARTS(STR(?e), "{ID}")) }}'
    )
    return {slug(iri): label for iri, label in _preferred(rows).items()}


def labels(store: Store, iris: Iterable[str]) -> dict[str, str]:
    """Return the preferred labels of those IRIs that have one: the English one, else any."""
    terms = " ".join(str(ox.NamedNode(iri)) for iri in iris)
    if not terms:
        return {}
    return _preferred(
        store.select(f"SELECT ?e ?label WHERE {{ VALUES ?e {{ {terms} }} ?e <{SKOS}prefLabel> ?label }}")
    )


def _preferred(rows: list[ox.QuerySolution]) -> dict[str, str]:
    """Return one label for each IRI; of several, what sorts first, so that the answer is always the same."""
    best: dict[str, tuple[bool, str, str]] = {}
    for iri, label in rows:
        if isinstance(iri, ox.NamedNode):
            language = label.language or "" if isinstance(label, ox.Literal) else ""
            rank = (language != "en", language, label.value if isinstance(label, ox.Literal) else "")
            if iri.value not in best or rank < best[iri.value]:
                best[iri.value] = rank
    return {iri: label for iri, (_, _, label) in best.items()}


def _is_one(store: Store, iri: str, class_name: str) -> bool:
    return store.ask(f"ASK {{ <{iri}> {_restriction(class_name)} }}")


def _restriction(class_name: str) -> str:
    return "?p ?o ." if class_name == ANYTHING else f"a {ox.NamedNode(FOE + class_name)} ."


def _iri(text: str) -> str:
    """Return the IRI that a text may stand for, or ''."""
    if match := re.fullmatch(_IRI, text):
        try:
            return ox.NamedNode(match[1]).value
        except ValueError:
            return ""
    local = text.removeprefix("id:")
    return PREFIXES["id"] + local if re.fullmatch(_LOCAL_NAME, local) else ""


def _spelt(store: Store, text: str, class_name: str) -> set[str]:
    """Return the entities of a class with this very name, or else with this name but for case.

    The index finds the one a hundred times as fast as all names are folded, the other twice as fast.
    """
    restriction = "" if class_name == ANYTHING else f"?e {_restriction(class_name)}"
    properties = " ".join(f"<{p}>" for p in _NAMES)
    name = text.strip()
    for condition in (
        f"VALUES ?name {{ {ox.Literal(name)} {ox.Literal(name, language='en')} }} ?e ?p ?name",
        f"?e ?p ?name FILTER (LCASE(STR(?name)) = {ox.Literal(name.lower())})",
    ):
        rows = store.select(f"SELECT ?e WHERE {{ VALUES ?p {{ {properties} }} {restriction} {condition} }}")
        found = {row["e"].value for row in rows if row["e"].value.startswith(ID)}
        if found:
            return found
    return set()


def _names(store: Store, class_name: str) -> Iterable[tuple[str, str]]:
    """Yield the IRI and each name of every entity of a class."""
    restriction = "" if class_name == ANYTHING else f"?e {_restriction(class_name)}"
    properties = " ".join(f"<{p}>" for p in _NAMES)
    for iri, name in store.select(
        f"SELECT ?e ?name WHERE {{ VALUES ?p {{ {properties} }} {restriction} ?e ?p ?name }}"
    ):
        if isinstance(iri, ox.NamedNode) and iri.value.startswith(ID) and isinstance(name, ox.Literal):
            yield iri.value, name.value


def _holding(wanted: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """Return those of the names, if they are few, in which every word that is wanted begins one."""
    words = re.findall(r"\w+", wanted)
    found = {
        iri for iri, name in names if words and all(re.search(rf"\b{word}", fold(name)) for word in words)
    }
    return sorted(found) if len(found) <= _FEW else []


def _nearest(wanted: str, names: Iterable[tuple[str, str]]) -> list[str]:
    from difflib import get_close_matches

    known: dict[str, str] = {}
    for iri, name in names:
        known.setdefault(fold(name), iri)
        known.setdefault(slug(iri), iri)
    return list(dict.fromkeys(known[n] for n in get_close_matches(wanted, known, n=3, cutoff=0.6)))


def _listed(store: Store, iris: Iterable[str], joint: str = ", ") -> str:
    known = labels(store, iris)
    return joint.join(f'"{slug(iri)}" ({known.get(iri, "no label")})' for iri in sorted(iris))
