import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.ReadWrite;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.tdb2.TDB2Factory;

/**
 * Answers SELECT queries by Jena, over HTTP as the SPARQL 1.1 Protocol has it, at /arq from memory and at /tdb2 from
 * a TDB2 store. Arguments: the port, an empty folder for TDB2, the files to load. Prints "ready" when it listens.
 */
public class JenaServer {
    public static void main(String[] arguments) throws IOException {
        Dataset memory = DatasetFactory.create();
        Dataset disk = TDB2Factory.connectDataset(arguments[1]);
        disk.begin(ReadWrite.WRITE);
        for (int i = 2; i < arguments.length; i++) {
            RDFDataMgr.read(memory.getDefaultModel(), arguments[i]);
            RDFDataMgr.read(disk.getDefaultModel(), arguments[i]);
        }
        disk.commit();
        disk.end();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 0);
        server.createContext("/arq", exchange -> answer(exchange, memory));
        server.createContext("/tdb2", exchange -> answer(exchange, disk));
        server.start();
        System.out.println("ready");
    }

    private static void answer(HttpExchange exchange, Dataset dataset) throws IOException {
        byte[] body;
        int status = 200;
        try {
            String form = exchange.getRequestMethod().equals("POST")
                ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                : exchange.getRequestURI().getRawQuery();
            body = solutions(parameter(form, "query"), dataset);
            exchange.getResponseHeaders().add("Content-Type", "application/sparql-results+json");
        } catch (Exception | StackOverflowError error) {
            status = 400;
            body = String.valueOf(error).getBytes(StandardCharsets.UTF_8);
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] solutions(String query, Dataset dataset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (dataset.supportsTransactions()) dataset.begin(ReadWrite.READ);
        try (QueryExecution execution = QueryExecutionFactory.create(query, dataset)) {
            ResultSetFormatter.outputAsJSON(out, execution.execSelect());
        } finally {
            if (dataset.isInTransaction()) dataset.end();
        }
        return out.toByteArray();
    }

    private static String parameter(String form, String name) {
        for (String part : form.split("&")) {
            if (part.startsWith(name + "=")) {
                return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        throw new IllegalArgumentException("no " + name);
    }
}
