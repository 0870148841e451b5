import java.util.*;
import org.apache.kafka.common.utils.Utils;

/** Prints what Kafka's partitioner hashes keys to, for src/capture-golden.ts. Always the same lines. */
public class Murmur2 {
    public static void main(String[] args) {
        Random random = new Random(42);
        for (int length = 0; length <= 64; length++) {
            for (int example = 0; example < 8; example++) {
                byte[] input = new byte[length];
                if (example == 0) Arrays.fill(input, (byte) 0xff);
                else if (example == 1) Arrays.fill(input, (byte) 0x80);
                else if (example == 2) for (int i = 0; i < length; i++) input[i] = (byte) ('a' + i % 26);
                else random.nextBytes(input);
                System.out.println("[\"" + HexFormat.of().formatHex(input) + "\"," + Utils.murmur2(input) + "]");
                if (length == 0) break;
            }
        }
    }
}
