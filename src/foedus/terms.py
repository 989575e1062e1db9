"""RDF terms of the engine as text."""

from __future__ import annotations

import pyoxigraph as ox


def text_of(term: object) -> str:
    """Return a term's IRI, a blank node's label or a literal's lexical form; of anything else how it is written."""
    return term.value if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal) else str(term)
