"""What the server says of itself: the service description of SPARQL 1.1, and VoID of the dossiers."""

from __future__ import annotations

import pyoxigraph as ox

from foedus.home import Home
from foedus.namespaces import PREFIXES
from foedus.serialization import GRAPHS

_SERVICE = """\
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX formats: <http://www.w3.org/ns/formats/>
PREFIX void: <http://rdfs.org/ns/void#>
<{address}> a sd:Service ; sd:endpoint <{address}> ; sd:supportedLanguage sd:SPARQL11Query ;
  sd:resultFormat formats:SPARQL_Results_JSON, formats:SPARQL_Results_XML, formats:SPARQL_Results_CSV,
    formats:SPARQL_Results_TSV, formats:Turtle, formats:N-Triples, formats:JSON-LD, formats:RDF_XML ;
  sd:defaultDataset <{address}#dataset> .
<{address}#dataset> a sd:Dataset ; sd:defaultGraph <{address}#graph> .
<{address}#graph> a sd:Graph ; void:triples {triples} .
"""


def service_description(address: str, triples: int, form: str) -> bytes:
    """Return the description of the endpoint at an address, in a form of ``GRAPHS``."""
    text = _SERVICE.format(address=address, triples=triples)
    return _written(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE), form)


def void_description(home: Home, form: str) -> bytes:
    """Return the VoID descriptions of all dossiers of a home, in a form of ``GRAPHS``."""
    files = sorted((home.graph / "void").glob("*.ttl"))
    return _written(
        (quad for path in files for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)), form
    )


def _written(quads: object, form: str) -> bytes:
    triples = dict.fromkeys(quad.triple for quad in quads)  # type: ignore[attr-defined]
    return ox.serialize(triples, format=GRAPHS[form], prefixes=PREFIXES) or b""
