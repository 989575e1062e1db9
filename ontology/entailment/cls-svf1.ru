# cls-svf1, OWL 2 RL/RDF, Table 6: the semantics of classes.
# What has some value of a class belongs to the restriction that asks for one.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x a ?restriction }
WHERE {
  ?restriction owl:someValuesFrom ?class .
  ?restriction owl:onProperty ?property .
  ?x ?property ?y .
  ?y a ?class .
}
