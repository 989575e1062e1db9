# cls-int1, OWL 2 RL/RDF, Table 6: the semantics of classes.
# What belongs to every member of an intersection belongs to the intersection.
# The members that it belongs to are counted against the members there are: lists have no fixed length.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
INSERT { ?x a ?class }
WHERE {
  {
    SELECT ?x ?class (COUNT(DISTINCT ?member) AS ?n) WHERE {
      ?class owl:intersectionOf/rdf:rest*/rdf:first ?member .
      ?x a ?member .
    }
    GROUP BY ?x ?class
  }
  {
    SELECT ?class (COUNT(DISTINCT ?member) AS ?n) WHERE {
      ?class owl:intersectionOf/rdf:rest*/rdf:first ?member .
    }
    GROUP BY ?class
  }
}
