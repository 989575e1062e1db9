# scm-sco, OWL 2 RL/RDF, Table 9: the semantics of schema vocabulary.
# A subclass of a subclass is a subclass.
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
INSERT { ?class rdfs:subClassOf ?widest }
WHERE {
  ?class rdfs:subClassOf ?wider .
  ?wider rdfs:subClassOf ?widest .
}
