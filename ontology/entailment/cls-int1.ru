# cls-int1, OWL 2 RL/RDF, Table 6: the semantics of classes.
# What belongs to every member of an intersection belongs to the intersection.
# A rule has no loops, so an intersection has two or three members; a test refuses larger ones.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
INSERT { ?x a ?class }
WHERE {
  ?class owl:intersectionOf ?list .
  ?list rdf:first ?member1 .
  ?list rdf:rest ?rest1 .
  ?rest1 rdf:first ?member2 .
  ?rest1 rdf:rest rdf:nil .
  ?x a ?member1 .
  ?x a ?member2 .
} ;
INSERT { ?x a ?class }
WHERE {
  ?class owl:intersectionOf ?list .
  ?list rdf:first ?member1 .
  ?list rdf:rest ?rest1 .
  ?rest1 rdf:first ?member2 .
  ?rest1 rdf:rest ?rest2 .
  ?rest2 rdf:first ?member3 .
  ?rest2 rdf:rest rdf:nil .
  ?x a ?member1 .
  ?x a ?member2 .
  ?x a ?member3 .
}
