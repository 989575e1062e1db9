# cls-hv2, OWL 2 RL/RDF, Table 6: the semantics of classes.
# What has the one value that a restriction asks for belongs to the restriction.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x a ?restriction }
WHERE {
  ?restriction owl:hasValue ?value .
  ?restriction owl:onProperty ?property .
  ?x ?property ?value .
}
