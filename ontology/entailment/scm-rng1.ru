# scm-rng1, OWL 2 RL/RDF, Table 9: the semantics of schema vocabulary.
# The superclasses of a range are ranges.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?property rdfs:range ?wider }
WHERE {
  ?property rdfs:range ?class .
  ?class rdfs:subClassOf ?wider .
}
