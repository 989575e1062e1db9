# prp-eqp2, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# Where a property is declared equivalent to others, it holds where they hold.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x ?property ?y }
WHERE {
  ?property owl:equivalentProperty ?other .
  ?x ?other ?y .
}
