import com.fasterxml.jackson.databind.*;
import java.io.IOException;
import java.net.*;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.avro.Schema;

/** Schemas from a registry, with those that they refer to. */
final class RegistryReader {
    record Registered(int id, Schema schema) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final ObjectMapper json;

    RegistryReader(String url, ObjectMapper json) {
        this.url = url;
        this.json = json;
    }

    Schema byId(int id) throws IOException, InterruptedException {
        return parse(get("/schemas/ids/" + id), new Schema.Parser());
    }

    Registered latest(String subject) throws IOException, InterruptedException {
        JsonNode answer = get("/subjects/" + encode(subject) + "/versions/latest");
        return new Registered(answer.get("id").asInt(), parse(answer, new Schema.Parser()));
    }

    /** One parser for a schema and all that it refers to: it knows the names of those before. */
    private Schema parse(JsonNode answer, Schema.Parser parser) throws IOException, InterruptedException {
        for (JsonNode reference : answer.path("references")) {
            String path = "/subjects/" + encode(reference.get("subject").asText()) + "/versions/" + reference.get("version");
            parse(get(path), parser);
        }
        return parser.parse(answer.get("schema").asText());
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20)).build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) throw new IOException(path + ": " + response.statusCode() + " " + response.body());
        return json.readTree(response.body());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
