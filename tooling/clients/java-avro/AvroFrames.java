import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.*;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.*;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.*;
import org.apache.avro.io.*;

/**
 * Reads and writes frames with Avro Java, as a Confluent deserializer does: a zero, the id of the writer's schema, the
 * value. (Confluent's own classes are not on Maven Central.) Argument: the URL of a registry. Tasks come as lines of JSON
 * on the standard input; src/avro/frame-tasks.ts says what is in them.
 */
public final class AvroFrames {
    private static final int FRAME_BYTES = 5;
    /** Arrays and maps in several blocks, each with its size in bytes: Java may write so, nobody else here does. */
    private static final EncoderFactory ENCODERS = new EncoderFactory().configureBlockSize(64);
    private final ObjectMapper json = new ObjectMapper();
    private final GenericData model = new GenericData();
    private final RegistryReader registry;

    private AvroFrames(String url) {
        registry = new RegistryReader(url, json);
        model.addLogicalTypeConversion(new Conversions.DecimalConversion());
        model.addLogicalTypeConversion(new Conversions.UUIDConversion());
        model.addLogicalTypeConversion(new TimeConversions.DateConversion());
        model.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
        model.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    }

    public static void main(String[] args) throws Exception {
        AvroFrames frames = new AvroFrames(args[0]);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode task = frames.json.readTree(line);
            ObjectNode answer = frames.json.createObjectNode().put("fact", task.get("fact").asText());
            try {
                answer.set("observed", frames.perform(task));
            } catch (Exception e) {
                answer.put("error", e.getClass().getSimpleName() + ": " + e.getMessage());
            }
            out.println(frames.json.writeValueAsString(answer));
        }
    }

    private JsonNode perform(JsonNode task) throws Exception {
        if (task.get("do").asText().equals("write")) return json.valueToTree(HexFormat.of().formatHex(write(task)));
        ByteBuffer frame = ByteBuffer.wrap(HexFormat.of().parseHex(task.get("frame").asText()));
        if (frame.get() != 0) throw new IOException("the first byte is no zero");
        Schema writer = registry.byId(frame.getInt());
        Schema reader = task.has("reader") ? new Schema.Parser().parse(task.get("reader").asText()) : writer;
        Decoder decoder = DecoderFactory.get().binaryDecoder(frame.array(), FRAME_BYTES, frame.remaining(), null);
        Object value = new GenericDatumReader<>(writer, reader, model).read(null, decoder);
        if (!((BinaryDecoder) decoder).isEnd()) throw new IOException("bytes are left");
        return Telling.told(value, reader, json);
    }

    private byte[] write(JsonNode task) throws Exception {
        RegistryReader.Registered latest = registry.latest(task.get("topic").asText() + "-value");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(FRAME_BYTES).put((byte) 0).putInt(latest.id()).array());
        Encoder encoder = ENCODERS.blockingBinaryEncoder(bytes, null);
        new GenericDatumWriter<>(latest.schema(), model).write(Telling.untold(task.get("value"), latest.schema()), encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
