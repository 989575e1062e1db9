# cax-sco, OWL 2 RL/RDF, Table 7: the semantics of class axioms.
# A member of a class belongs to its superclasses.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?x a ?wider }
WHERE {
  ?class rdfs:subClassOf ?wider .
  ?x a ?class .
}
