# scm-dom2, OWL 2 RL/RDF, Table 9: the semantics of schema vocabulary.
# A property has the domains of its superproperties.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?property rdfs:domain ?class }
WHERE {
  ?wider rdfs:domain ?class .
  ?property rdfs:subPropertyOf ?wider .
}
