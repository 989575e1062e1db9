# cax-eqc2, OWL 2 RL/RDF, Table 7: the semantics of class axioms.
# A class that is declared equivalent to others has their members.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x a ?class }
WHERE {
  ?class owl:equivalentClass ?other .
  ?x a ?other .
}
