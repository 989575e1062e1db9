# scm-dom1, OWL 2 RL/RDF, Table 9: the semantics of schema vocabulary.
# The superclasses of a domain are domains.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?property rdfs:domain ?wider }
WHERE {
  ?property rdfs:domain ?class .
  ?class rdfs:subClassOf ?wider .
}
