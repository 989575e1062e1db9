// Asks a SPARQL endpoint by Comunica, a client of another project, and prints the bindings as JSON.
// Arguments: the folder of node_modules, the endpoint's address, the query.
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, address, query] = process.argv.slice(2);
const { QueryEngine } = createRequire(join(modules, "x.js"))("@comunica/query-sparql");

const bindings = await new QueryEngine().queryBindings(query, { sources: [{ type: "sparql", value: address }] });
const rows = [];
for await (const row of bindings) rows.push(Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
console.log(JSON.stringify(rows));
