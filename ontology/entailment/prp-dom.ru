# prp-dom, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# The subject of a property belongs to the domain of the property.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?x a ?class }
WHERE {
  ?property rdfs:domain ?class .
  ?x ?property ?y .
}
