# prp-rng, OWL 2 RL/RDF, Table 5: the semantics of axioms about properties.
# The object of a property belongs to the range of the property.
# A literal cannot be a subject, so none is typed here; the shapes check datatypes.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?y a ?class }
WHERE {
  ?property rdfs:range ?class .
  ?x ?property ?y .
  FILTER(!isLiteral(?y))
}
