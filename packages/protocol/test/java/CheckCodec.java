import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.common.utils.Utils;

/**
 * Lets Kafka's own client library judge what this package writes. Reads questions, one a line, from the file that is
 * its argument, and prints one answer a line. All bytes are hexadecimal, fields are parted by tabs.
 */
public class CheckCodec {
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] args) throws Exception {
        StringBuilder answers = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String answer;
            try {
                answer = answer(line.split("\t", -1));
            } catch (Throwable error) {
                answer = "error: " + error;
            }
            answers.append(answer.replace('\n', ' ')).append('\n');
        }
        System.out.print(answers);
    }

    private static String answer(String[] question) throws Exception {
        switch (question[0]) {
            case "error": {
                Errors error = Errors.forCode(Short.parseShort(question[1]));
                return error.name() + "\t" + (error.exception() instanceof RetriableException) + "\t" + error.message();
            }
            case "errors":
                return String.valueOf(Errors.values().length);
            case "versions": {
                ApiKeys key = ApiKeys.forId(Short.parseShort(question[1]));
                int flexible = key.oldestVersion();
                while (flexible <= key.latestVersion(false) && key.requestHeaderVersion((short) flexible) < 2) flexible++;
                return key.messageType.name + "\t" + key.oldestVersion() + "\t" + key.latestVersion(false) + "\t"
                    + (flexible > key.latestVersion(false) ? "none" : flexible);
            }
            case "message":
                return message(Short.parseShort(question[1]), Short.parseShort(question[2]), question[3], question[4]);
            case "decompress": {
                ByteBuffer bytes = ByteBuffer.wrap(HEX.parseHex(question[2]));
                try (InputStream in = codec(question[1]).wrapForInput(bytes, (byte) 2, BufferSupplier.NO_CACHING)) {
                    return HEX.formatHex(in.readAllBytes());
                }
            }
            case "compress": {
                ByteBufferOutputStream bytes = new ByteBufferOutputStream(512);
                try (OutputStream out = codec(question[1]).wrapForOutput(bytes, (byte) 2)) {
                    out.write(HEX.parseHex(question[2]));
                }
                return HEX.formatHex(Arrays.copyOf(bytes.buffer().array(), bytes.position()));
            }
            case "batch":
                return batch(HEX.parseHex(question[1]));
            case "murmur2":
                return String.valueOf(Utils.murmur2(HEX.parseHex(question[1])));
            default:
                throw new IllegalArgumentException(question[0]);
        }
    }

    /** Reads a message and writes it again. */
    private static String message(short key, short version, String side, String hex) throws Exception {
        ApiMessageType type = ApiMessageType.fromApiKey(key);
        ApiMessage message = side.equals("request") ? type.newRequest() : type.newResponse();
        ByteBuffer bytes = ByteBuffer.wrap(HEX.parseHex(hex));
        message.read(new ByteBufferAccessor(bytes), version);
        if (bytes.hasRemaining()) throw new IllegalStateException(bytes.remaining() + " bytes left");
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBuffer again = ByteBuffer.allocate(message.size(cache, version));
        message.write(new ByteBufferAccessor(again), cache, version);
        return HEX.formatHex(again.array());
    }

    private static String batch(byte[] bytes) {
        List<String> records = new ArrayList<>();
        for (RecordBatch batch : MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).batches()) {
            batch.ensureValid();
            records.add(batch.producerId() + "/" + batch.producerEpoch() + "/" + batch.baseSequence() + "/"
                + batch.isTransactional() + "/" + batch.isControlBatch() + "/" + batch.maxTimestamp());
            for (Record record : batch) {
                record.ensureValid();
                StringBuilder text = new StringBuilder(record.offset() + "/" + record.timestamp());
                text.append('/').append(hex(record.key())).append('/').append(hex(record.value()));
                for (Header header : record.headers()) {
                    text.append('/').append(HEX.formatHex(header.key().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
                    text.append('=').append(header.value() == null ? "null" : HEX.formatHex(header.value()));
                }
                records.add(text.toString());
            }
        }
        return String.join("\t", records);
    }

    private static String hex(ByteBuffer bytes) {
        return bytes == null ? "null" : HEX.formatHex(Utils.toArray(bytes));
    }

    private static Compression codec(String name) {
        return Compression.of(CompressionType.forName(name)).build();
    }
}
