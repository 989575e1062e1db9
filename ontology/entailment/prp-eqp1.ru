# prp-eqp1, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# Where a property holds, those declared equivalent to it hold.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x ?other ?y }
WHERE {
  ?property owl:equivalentProperty ?other .
  ?x ?property ?y .
}
