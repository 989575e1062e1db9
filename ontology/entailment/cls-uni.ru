# cls-uni, OWL 2 RL/RDF, Table 6: the semantics of classes.
# What belongs to a member of a union belongs to the union.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
INSERT { ?x a ?class }
WHERE {
  ?class owl:unionOf/rdf:rest*/rdf:first ?member .
  ?x a ?member .
}
