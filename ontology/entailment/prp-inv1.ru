# prp-inv1, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# The inverse of a property holds the other way round.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?y ?inverse ?x }
WHERE {
  ?property owl:inverseOf ?inverse .
  ?x ?property ?y .
  FILTER(!isLiteral(?y))
}
