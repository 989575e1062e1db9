# cls-int2, OWL 2 RL/RDF, Table 6: the semantics of classes.
# What belongs to an intersection belongs to each of its members.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
INSERT { ?x a ?member }
WHERE {
  ?class owl:intersectionOf/rdf:rest*/rdf:first ?member .
  ?x a ?class .
}
