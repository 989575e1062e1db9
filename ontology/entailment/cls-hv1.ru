# cls-hv1, OWL 2 RL/RDF, Table 6: the semantics of classes.
# What belongs to a restriction to one value has that value.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x ?property ?value }
WHERE {
  ?restriction owl:hasValue ?value .
  ?restriction owl:onProperty ?property .
  ?x a ?restriction .
}
