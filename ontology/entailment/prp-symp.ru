# prp-symp, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# A symmetric property holds both ways.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?y ?property ?x }
WHERE {
  ?property a owl:SymmetricProperty .
  ?x ?property ?y .
  FILTER(!isLiteral(?y))
}
