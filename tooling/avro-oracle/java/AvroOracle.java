import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * Puts pairs of schemas to Avro Java. Each line of the standard input is a JSON array `[reader, writer]`, of which each is
 * a text, or an array of texts where the last is the schema and those before are what it refers to; each line of the
 * standard output is the answer:
 *
 * <ul>
 *   <li>`readerError`, `writerError`: what the parser said of a text that it refused;
 *   <li>`readerText`, `writerText`: `Schema.toString()` of a text that it took, with the roots of the references as
 *       names, as a registry writes it;
 *   <li>where both were taken, `compatible` and `incompatibilities`, or `exception` where the comparison threw.
 * </ul>
 */
public class AvroOracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      var pair = JSON.readTree(line);
      var answer = JSON.createObjectNode();
      var reader = parse(pair.get(0), "reader", answer);
      var writer = parse(pair.get(1), "writer", answer);
      if (reader != null && writer != null) compare(reader, writer, answer);
      output.println(JSON.writeValueAsString(answer));
    }
    output.flush();
  }

  private static Schema parse(JsonNode source, String side, ObjectNode answer) {
    try {
      // The strict names and the checked defaults that registries hold new schemas to.
      var parser = new Schema.Parser(NameValidator.STRICT_VALIDATOR).setValidateDefaults(true);
      var references = new ArrayList<Schema>();
      for (var text : source.isTextual() ? List.of(source) : source)
        references.add(parser.parse(text.textValue()));
      var schema = references.remove(references.size() - 1);
      answer.put(side + "Text", schema.toString(references, false));
      return schema;
    } catch (RuntimeException | StackOverflowError refused) {
      answer.put(side + "Error", String.valueOf(refused.getMessage()));
      return null;
    }
  }

  private static void compare(Schema reader, Schema writer, ObjectNode answer) {
    try {
      var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
      answer.put(
          "compatible",
          result.getCompatibility() == SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE);
      var found = answer.putArray("incompatibilities");
      for (var incompatibility : result.getIncompatibilities()) {
        found
            .addObject()
            .put("type", incompatibility.getType().name())
            .put("location", incompatibility.getLocation())
            .put("message", incompatibility.getMessage());
      }
    } catch (RuntimeException | StackOverflowError thrown) {
      answer.put("exception", String.valueOf(thrown.getMessage()));
    }
  }
}
