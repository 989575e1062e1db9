# scm-rng2, OWL 2 RL/RDF, Table 9: the semantics of schema vocabulary.
# A property has the ranges of its superproperties.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?property rdfs:range ?class }
WHERE {
  ?wider rdfs:range ?class .
  ?property rdfs:subPropertyOf ?wider .
}
