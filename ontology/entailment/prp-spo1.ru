# prp-spo1, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# Where a property holds, its superproperties hold.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?x ?wider ?y }
WHERE {
  ?property rdfs:subPropertyOf ?wider .
  ?x ?property ?y .
}
