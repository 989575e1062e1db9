# cax-eqc1, OWL 2 RL/RDF, Table 7: the semantics of class axioms.
# A member of a class belongs to those declared equivalent to it.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x a ?other }
WHERE {
  ?class owl:equivalentClass ?other .
  ?x a ?class .
}
