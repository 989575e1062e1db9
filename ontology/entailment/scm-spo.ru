# scm-spo, OWL 2 RL/RDF, Table 9: the semantics of schema vocabulary.
# A subproperty of a subproperty is a subproperty.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?property rdfs:subPropertyOf ?widest }
WHERE {
  ?property rdfs:subPropertyOf ?wider .
  ?wider rdfs:subPropertyOf ?widest .
}
