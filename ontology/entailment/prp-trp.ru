# prp-trp, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# A transitive property leaps over the middle.
PREFIX owl: <http://www.w3.org/2002/07/owl#>
INSERT { ?x ?property ?z }
WHERE {
  ?property a owl:TransitiveProperty .
  ?x ?property ?y .
  ?y ?property ?z .
}
