"""A home small enough to be read at a glance, for the tests of what asks it."""

from __future__ import annotations

from pathlib import Path

from foedus.home import MANIFEST, Home
from foedus.turtle import manifest_of

PREFIXES = """\
@prefix foe: <https://w3id.org/foedus/ontology#> .
@prefix id: <https://w3id.org/foedus/id/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix voc: <https://w3id.org/foedus/vocabulary#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
GRAPH = (
    PREFIXES
    + """
id:freedonia a foe:State ; skos:prefLabel "Freedonia"@en , "Libertonie"@fr ; skos:altLabel "Land of the Free"@en ;
    foe:isoAlpha2 "XF" ; foe:isoAlpha3 "XFR" ; foe:cowCode "999" ; foe:wikidataId "Q1" .
id:ruritania a foe:State ; skos:prefLabel "Ruritania"@en ; skos:altLabel "Kingdom of Ruritania"@en .
id:cote-d-oree a foe:State ; skos:prefLabel "Côte d’Orée"@en .
id:league a foe:InternationalOrganization ; skos:prefLabel "Southern League"@en ; skos:altLabel "=League"@en .
id:anna-holt a foe:Person ; skos:prefLabel "Anna Holt"@en .
id:anna-holt-singer a foe:Person ; skos:prefLabel "Anna Holt"@en .
id:freedonia-in-league a foe:Membership ; foe:member id:freedonia ; foe:organization id:league ;
    foe:status voc:membership-status.full ; foe:count 12 ; foe:share 31.50 ; foe:since "1931-05-04"^^xsd:date ;
    foe:evidence id:yearbook.s-0002 , id:yearbook.s-0001 .
id:ruritania-in-league a foe:Membership ; foe:member id:ruritania ; foe:organization id:league ;
    foe:status voc:membership-status.frozen ; foe:since "1930-01-01"^^xsd:date ; foe:evidence id:yearbook.s-0003 .
id:yearbook a foe:Source ; foe:speaksUntil "1931-12-31"^^xsd:date .
id:gazette a foe:Source ; foe:speaksUntil "1930-12-31"^^xsd:date .
id:yearbook.s-0001 a foe:Segment ; foe:segmentId "yearbook:s-0001" .
id:yearbook.s-0002 a foe:Segment ; foe:segmentId "yearbook:s-0002" .
id:yearbook.s-0003 a foe:Segment ; foe:segmentId "yearbook:s-0003" .
"""
)
INFERRED = (
    PREFIXES
    + """
id:freedonia a foe:StateOrOrganization , foe:Actor , foe:Entity .
id:ruritania a foe:StateOrOrganization , foe:Actor , foe:Entity .
id:cote-d-oree a foe:StateOrOrganization , foe:Actor , foe:Entity .
id:league a foe:Organization , foe:StateOrOrganization , foe:Actor , foe:Entity .
id:anna-holt a foe:Actor , foe:Entity .
id:anna-holt-singer a foe:Actor , foe:Entity .
"""
)
VOCABULARIES = (
    PREFIXES
    + """
voc:membership-status.full skos:inScheme voc:membership-status ; skos:prefLabel "full member"@en .
voc:membership-status.frozen skos:inScheme voc:membership-status ; skos:prefLabel "frozen"@en .
"""
)
MEMBERS = """\
#+ summary: Members of an organization
#+ question: Who belonged to what on a day?
#+ description: Rows hold intervals that began on the day or before it.
#+ tags: [membership, as-of]
#+ parameters:
#+   member: {type: entity, class: State, optional: true, list: true, description: a member, example: freedonia}
#+   status: {type: choice, scheme: membership-status, optional: true, example: frozen}
#+   asOf: {type: date, default: speaksUntil, description: the day}
#+ columns:
#+   member: {type: entity, description: who belongs}
#+   organization: {type: entity, description: to what}
#+   status: {type: concept}
#+   evidence: ids of segments
#+ example: {member: freedonia, asOf: "1931", answer: One row for its full membership.}
PREFIX foe: <https://w3id.org/foedus/ontology#>
PREFIX id: <https://w3id.org/foedus/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?member ?organization ?status ?count ?share ?since
  (GROUP_CONCAT(DISTINCT ?segment; separator=" ") AS ?evidence) WHERE {
  # VALUES ?member { "not this one" }
  VALUES ?member {
    UNDEF
  }
  VALUES ?status { UNDEF }
  VALUES (?asOfFrom ?asOfTo) { ("1931-12-31"^^xsd:date "1931-12-31"^^xsd:date) }
  ?membership a foe:Membership ; foe:member ?member ; foe:organization ?organization ; foe:status ?status ;
    foe:since ?since ; foe:evidence/foe:segmentId ?segment .
  FILTER (?since <= ?asOfTo)
  OPTIONAL { ?membership foe:count ?count }
  OPTIONAL { ?membership foe:share ?share }
}
GROUP BY ?member ?organization ?status ?count ?share ?since
ORDER BY ?since
"""
SAYING = """\
#+ question: Does a text come back as it was given?
#+ parameters:
#+   text: {type: string, example: hello}
#+   number: {type: integer, default: "7"}
SELECT ?text ?number WHERE {
  VALUES ?text { "hello" }
  { SELECT ?number WHERE { VALUES ?number { 7 } } }
}
"""


def make_home(root: Path) -> Home:
    """Write the home below ``root`` as a build would have, and return it."""
    files = {"graph/small.ttl": GRAPH.encode(), "graph/small.inferred.ttl": INFERRED.encode()}
    files[f"graph/{MANIFEST}"] = manifest_of(files)
    files["ontology/vocabularies.ttl"] = VOCABULARIES.encode()
    files["queries/members.rq"] = MEMBERS.encode()
    files["queries/saying.rq"] = SAYING.encode()
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return Home(root)
