// Answers SELECT queries by Comunica from a store of N3.js, over HTTP as the SPARQL 1.1 Protocol has it.
// Arguments: the folder of node_modules, the port, the Turtle files. Prints "ready TRIPLES" when it listens.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, port, ...files] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const { Parser, Store } = require("n3");
const { QueryEngine } = require("@comunica/query-sparql-rdfjs");

const store = new Store();
for (const file of files) store.addQuads(new Parser().parse(readFileSync(file, "utf8")));
const engine = new QueryEngine();

async function solutions(query) {
  const result = await engine.query(query, { sources: [store] });
  const { data } = await engine.resultToString(result, "application/sparql-results+json");
  let text = "";
  for await (const chunk of data) text += chunk;
  return text;
}

createServer(async (request, response) => {
  let form = new URL(request.url, "http://localhost").searchParams;
  if (request.method === "POST") {
    let body = "";
    for await (const chunk of request) body += chunk;
    form = new URLSearchParams(body);
  }
  try {
    const text = await solutions(form.get("query"));
    response.writeHead(200, { "Content-Type": "application/sparql-results+json" }).end(text);
  } catch (error) {
    response.writeHead(400, { "Content-Type": "text/plain" }).end(String(error));
  }
}).listen(Number(port), "127.0.0.1", () => console.log(`ready ${store.size}`));
