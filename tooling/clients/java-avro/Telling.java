import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.node.*;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.*;
import java.util.*;
import org.apache.avro.Schema;
import org.apache.avro.generic.*;

/** Values of Avro in JSON, with an object of one `$` key where JSON has no word: src/avro/avro-case.ts. */
final class Telling {
    private Telling() {}

    static JsonNode told(Object value, Schema schema, ObjectMapper json) {
        ObjectNode object = json.createObjectNode();
        if (value == null) return NullNode.instance;
        if (value instanceof Instant instant) return object.put("$millis", instant.toEpochMilli());
        if (value instanceof LocalTime time) return object.put("$millis", time.toNanoOfDay() / 1_000_000);
        if (value instanceof LocalDate date) return object.put("$date", date.toString());
        if (value instanceof BigDecimal decimal) return object.put("$decimal", decimal.toPlainString());
        if (value instanceof UUID uuid) return object.put("$uuid", uuid.toString());
        if (value instanceof ByteBuffer bytes) return object.put("$bytes", hex(bytes.array(), bytes.position(), bytes.limit()));
        if (value instanceof GenericFixed fixed) return object.put("$bytes", hex(fixed.bytes(), 0, fixed.bytes().length));
        if (value instanceof CharSequence || value instanceof GenericEnumSymbol<?>) return new TextNode(value.toString());
        // The number that it is, not the shortest text that a float has.
        if (value instanceof Float number) return new DoubleNode(number);
        if (value instanceof GenericRecord record) {
            for (Schema.Field field : record.getSchema().getFields())
                object.set(field.name(), told(record.get(field.pos()), field.schema(), json));
            if (!isOfSeveralRecords(schema)) return object;
            ArrayNode branch = json.createArrayNode().add(record.getSchema().getFullName()).add(object);
            return json.createObjectNode().set("$branch", branch);
        }
        if (value instanceof Map<?, ?> map) {
            Schema values = branch(schema, Schema.Type.MAP).getValueType();
            map.forEach((key, member) -> object.set(key.toString(), told(member, values, json)));
            return object;
        }
        if (value instanceof Collection<?> items) {
            Schema type = branch(schema, Schema.Type.ARRAY).getElementType();
            ArrayNode array = json.createArrayNode();
            items.forEach(item -> array.add(told(item, type, json)));
            return array;
        }
        return json.valueToTree(value);
    }

    static Object untold(JsonNode node, Schema schema) {
        if (schema.getType() == Schema.Type.UNION)
            return untold(node.has("$branch") ? node.get("$branch").get(1) : node, choose(node, schema));
        if (node.has("$decimal")) return new BigDecimal(node.get("$decimal").asText());
        if (node.has("$date")) return LocalDate.parse(node.get("$date").asText());
        if (node.has("$uuid")) return UUID.fromString(node.get("$uuid").asText());
        if (node.has("$millis")) {
            long millis = node.get("$millis").asLong();
            return schema.getType() == Schema.Type.INT ? LocalTime.ofNanoOfDay(millis * 1_000_000) : Instant.ofEpochMilli(millis);
        }
        return switch (schema.getType()) {
            case NULL -> null;
            case BOOLEAN -> node.booleanValue();
            case INT -> node.intValue();
            case LONG -> node.longValue();
            case FLOAT -> node.floatValue();
            case DOUBLE -> node.doubleValue();
            case STRING -> node.textValue();
            case BYTES -> ByteBuffer.wrap(HexFormat.of().parseHex(node.get("$bytes").asText()));
            case FIXED -> new GenericData.Fixed(schema, HexFormat.of().parseHex(node.get("$bytes").asText()));
            case ENUM -> new GenericData.EnumSymbol(schema, node.textValue());
            case ARRAY -> {
                List<Object> items = new ArrayList<>();
                node.forEach(item -> items.add(untold(item, schema.getElementType())));
                yield items;
            }
            case MAP -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties().forEach(member -> map.put(member.getKey(), untold(member.getValue(), schema.getValueType())));
                yield map;
            }
            case RECORD -> {
                GenericRecord record = new GenericData.Record(schema);
                for (Schema.Field field : schema.getFields()) record.put(field.pos(), untold(node.get(field.name()), field.schema()));
                yield record;
            }
            case UNION -> throw new IllegalStateException("a union in a union");
        };
    }

    private static Schema choose(JsonNode node, Schema union) {
        for (Schema branch : union.getTypes()) {
            boolean fits = node.has("$branch")
                ? branch.getFullName().equals(node.get("$branch").get(0).asText())
                : switch (branch.getType()) {
                case NULL -> node.isNull();
                case BOOLEAN -> node.isBoolean();
                case INT, LONG, FLOAT, DOUBLE -> node.isNumber();
                case STRING, ENUM -> node.isTextual();
                case ARRAY -> node.isArray();
                default -> node.isObject();
            };
            if (fits) return branch;
        }
        throw new IllegalArgumentException("no branch of " + union + " is for " + node);
    }

    private static Schema branch(Schema schema, Schema.Type type) {
        if (schema.getType() != Schema.Type.UNION) return schema;
        return schema.getTypes().stream().filter(each -> each.getType() == type).findFirst().orElseThrow();
    }

    private static boolean isOfSeveralRecords(Schema schema) {
        return schema.getType() == Schema.Type.UNION
            && schema.getTypes().stream().filter(each -> each.getType() == Schema.Type.RECORD).count() > 1;
    }

    private static String hex(byte[] bytes, int from, int to) {
        return HexFormat.of().formatHex(bytes, from, to);
    }
}
