import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Puts schema texts, one a line, to Avro Java: writes each with what its parser made of it, `Schema.toString()` or
 * nothing where it was refused, separated by a tab.
 *
 * mvn dependency:copy-dependencies of org.apache.avro:avro:1.12.2 into lib, then
 * node test/java-answers/random-schemas.ts | java -cp 'lib/*' test/java-answers/ParseSchemas.java > test/java-answers/answers.tsv
 */
public class ParseSchemas {
  public static void main(String[] args) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String text = input.readLine(); text != null; text = input.readLine()) {
      System.out.println(text + "\t" + parse(text));
    }
  }

  private static String parse(String text) {
    try {
      return new Schema.Parser(NameValidator.STRICT_VALIDATOR).setValidateDefaults(true).parse(text).toString();
    } catch (RuntimeException refused) {
      return "";
    }
  }
}
