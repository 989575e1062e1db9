# prp-spo2, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# A chain of properties implies the property that is declared for it.
# A rule has no loops, so a chain has two or three links; a test refuses longer ones.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
INSERT { ?x ?property ?z }
WHERE {
  ?property owl:propertyChainAxiom ?chain .
  ?chain rdf:first ?p1 .
  ?chain rdf:rest ?rest1 .
  ?rest1 rdf:first ?p2 .
  ?rest1 rdf:rest rdf:nil .
  ?x ?p1 ?y .
  ?y ?p2 ?z .
} ;
INSERT { ?x ?property ?z }
WHERE {
  ?property owl:propertyChainAxiom ?chain .
  ?chain rdf:first ?p1 .
  ?chain rdf:rest ?rest1 .
  ?rest1 rdf:first ?p2 .
  ?rest1 rdf:rest ?rest2 .
  ?rest2 rdf:first ?p3 .
  ?rest2 rdf:rest rdf:nil .
  ?x ?p1 ?y .
  ?y ?p2 ?w .
  ?w ?p3 ?z .
}
