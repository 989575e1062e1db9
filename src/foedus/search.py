"""Search: entities and records by words of their labels, aliases, kinds, descriptions, contents and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby

from foedus.entities import fold
from foedus.namespaces import DCTERMS, FOE, ID, SKOS, slug
from foedus.store import Store
from foedus.vocabulary import KIND, Vocabulary

_WEIGHTS = {
    SKOS + "prefLabel": 8,
    SKOS + "altLabel": 7,
    FOE + "formerLabel": 6,
    DCTERMS + "description": 3,
    FOE + "content": 3,
    FOE + "quotation": 3,
    FOE + "value": 3,
    FOE + "ordinal": 3,
    FOE + "votesFor": 3,
    FOE + "votesAgainst": 3,
    FOE + "question": 3,
    FOE + "statedReason": 2,
    FOE + "condition": 2,
}
"""How much a word found under each property counts."""
_KIND_WEIGHT = 3
"""How much a word in the name of a thing's kind counts."""
_STEM = 0.6
_SHORTEST_STEM = 5
"""What of a word has to agree for two to be forms of one: this share, and at least so many letters."""
_OTHER_FORM = 0.3
"""How much another form or spelling of a word counts beside the word itself."""


@dataclass(frozen=True)
class Hit:
    """Something found: its id, class, label and the text in which the words stand; a higher score is nearer."""

    id: str
    kind: str
    label: str
    text: str
    score: float


def search(store: Store, vocabulary: Vocabulary, words: str, limit: int = 20) -> list[Hit]:
    """Return what bears the words, nearest first.

    A word is found by its beginning, its stem or its nearest spelling. Where nothing bears all words, what bears
    some of them is returned.
    """
    kinds = [p.iri for p in vocabulary.properties.values() if vocabulary.order(p.iri) == KIND]
    rows = store.select(
        f"SELECT ?s ?p ?text WHERE {{ {{ {_one_of(_WEIGHTS)} ?s ?p ?text }} UNION "
        f"{{ {_one_of(kinds)} ?s ?p ?kind . ?kind <{SKOS}prefLabel> ?text }} "
        f'FILTER (STRSTARTS(STR(?s), "{ID}")) }} ORDER BY ?s ?p ?text'
    )
    texts = [(row["s"].value, row["p"].value, row["text"].value, _words(row["text"].value)) for row in rows]
    known = {word for *_, found in texts for word in found} | {w for s, *_ in texts for w in _words(slug(s))}
    wanted = [_nearest(word, known) for word in _words(words)]
    scored = [
        _score(iri, list(group), wanted, fold(words)) for iri, group in groupby(texts, key=lambda t: t[0])
    ]
    most = max((matched for matched, _ in scored), default=0)
    hits = [hit for matched, hit in scored if matched == most > 0]
    hits.sort(key=lambda h: (-h.score, h.id))
    best = hits[:limit]
    classes = kinds_of(store, vocabulary, [h.id for h in best])
    return [Hit(h.id, classes.get(h.id, ""), h.label, h.text, h.score) for h in best]


def _one_of(properties: Iterable[str]) -> str:
    return f"VALUES ?p {{ {' '.join(f'<{p}>' for p in properties)} }}"


def _words(text: str) -> list[str]:
    """Return the words, and numbers without the commas between their thousands."""
    return re.findall(r"\w+", re.sub(r"(?<=\d),(?=\d{3}\b)", "", fold(text)))


def _nearest(word: str, known: set[str]) -> dict[str, float]:
    """Return what counts as the word, and how much: its continuations, what shares its stem, else the nearest.

    No number is like another.
    """
    begun = {k for k in known if k.startswith(word)}
    if word.isdigit():
        return dict.fromkeys((k for k in begun if k == word or not k.isdigit()), 1.0)
    stem = word[: max(_SHORTEST_STEM, round(len(word) * _STEM))]
    alike = {k for k in known if len(word) > _SHORTEST_STEM and k.startswith(stem)}
    others = alike if alike or begun else get_close_matches(word, known, n=3, cutoff=0.75)
    return dict.fromkeys(others, _OTHER_FORM) | dict.fromkeys(begun, 1.0)


def _score(
    iri: str, texts: list[tuple[str, str, str, list[str]]], wanted: list[dict[str, float]], phrase: str
) -> tuple[int, Hit]:
    """Return how many of the words one thing bears, and the hit that it then is."""
    total, matched, best = 0.0, 0, (0.0, "")
    own = set(_words(slug(iri)))
    for spellings in wanted:
        weights = [
            (_WEIGHTS.get(p, _KIND_WEIGHT) * max(spellings[w] for w in spellings.keys() & found), text)
            for _, p, text, found in texts
            if not spellings.keys().isdisjoint(found)
        ]
        weights += [(4 * spellings[w], "") for w in spellings.keys() & own]
        if not weights:
            continue
        heaviest = max(weights, key=lambda w: w[0])
        matched += 1
        total += heaviest[0]
        best = max(best, heaviest, key=lambda w: w[0])
    labels = [text for _, p, text, _ in texts if p == SKOS + "prefLabel"]
    # Of equals, the one whose name is little more than the words comes first.
    total += matched * max((1 / len(_words(label)) for label in labels if _words(label)), default=0.0)
    if any(
        fold(text) == phrase for _, p, text, _ in texts if _WEIGHTS.get(p, 0) >= _WEIGHTS[FOE + "formerLabel"]
    ):
        total += 20
    return matched, Hit(slug(iri), "", _english(labels) or slug(iri), best[1], total / max(len(wanted), 1))


def _english(labels: list[str]) -> str:
    """Return the label whose letters begin as Latin ones, where there is one."""
    return next(
        (label for label in labels if re.match(r"[\W\d_]*[A-Za-z]", label)), labels[0] if labels else ""
    )


def kinds_of(store: Store, vocabulary: Vocabulary, ids: list[str]) -> dict[str, str]:
    """Return the most specific class of each id."""
    if not ids:
        return {}
    names = " ".join(f"<{ID}{i}>" for i in ids)
    rows = store.select(f"SELECT ?s ?type WHERE {{ VALUES ?s {{ {names} }} ?s a ?type }} ORDER BY ?s ?type")
    classes: dict[str, list[str]] = {}
    for row in rows:
        if row["type"].value.startswith(FOE):
            classes.setdefault(slug(row["s"].value), []).append(row["type"].value)
    return {name: slug(vocabulary.most_specific(found)[0]) for name, found in classes.items()}
