# prp-inv2, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# A property holds the other way round wherever its inverse holds.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?y ?property ?x }
WHERE {
  ?property owl:inverseOf ?inverse .
  ?x ?inverse ?y .
  FILTER(!isLiteral(?y))
}
