import java.io.*;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.stream.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.message.*;
import org.apache.kafka.common.protocol.*;
import org.apache.kafka.common.record.internal.*;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.requests.*;

/**
 * What Kafka's own codecs make of recorded frames, for src/capture-golden.ts. Reads lines
 * {@code client base64(request) base64(response)}; argument: the port of a broker on 127.0.0.1. Prints JSON lines:
 *
 * frames: the recorded ones with the name of their API, and then each request once more in every version that Java can
 * write it in, with the broker's answer to that, since clients only ever send one version;
 *
 * batches: every record batch in a recorded Produce request or Fetch response, as bytes and as Java reads them.
 */
public class Oracle {
    record Seed(String client, RequestHeader header, ByteBuffer request, ByteBuffer response) {}

    static final PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    static final Set<String> batches = new HashSet<>();

    public static void main(String[] args) throws Exception {
        List<Seed> seeds = new ArrayList<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            String[] parts = line.split(" ");
            ByteBuffer request = ByteBuffer.wrap(Base64.getDecoder().decode(parts[1]));
            ByteBuffer response = ByteBuffer.wrap(Base64.getDecoder().decode(parts[2]));
            seeds.add(new Seed(parts[0], RequestHeader.parse(request.duplicate()), request, response));
        }
        for (Seed seed : seeds) {
            printFrame(seed.client, seed.header, seed.request, seed.response);
            printBatches(seed);
        }
        seeds.addAll(handMade());
        int port = Integer.parseInt(args[0]);
        for (ApiKeys api : ApiKeys.values()) {
            List<Seed> ofApi = seeds.stream().filter(seed -> seed.header.apiKey() == api).toList();
            // The handshake begins a conversation; what the recorded ones say is all there is to it.
            if (ofApi.isEmpty() || api == ApiKeys.SASL_HANDSHAKE || api == ApiKeys.SASL_AUTHENTICATE) continue;
            for (short version = api.oldestVersion(); version <= api.latestVersion(false); version++) sweep(port, ofApi, version);
        }
        out.flush();
    }

    /** Requests that no client of these sends. */
    static List<Seed> handMade() {
        var epochs = new OffsetForLeaderEpochRequestData().setReplicaId(-1);
        epochs.topics().add(new OffsetForLeaderEpochRequestData.OffsetForLeaderTopic().setTopic("java-none").setPartitions(List.of(
            new OffsetForLeaderEpochRequestData.OffsetForLeaderPartition().setPartition(0).setCurrentLeaderEpoch(0).setLeaderEpoch(0))));
        var topics = new AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection();
        topics.add(new AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic().setName("java-txn").setPartitions(List.of(0)));
        var transactions = new AddPartitionsToTxnRequestData.AddPartitionsToTxnTransactionCollection();
        transactions.add(new AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction().setTransactionalId("java-transactions")
            .setProducerId(1).setProducerEpoch((short) 0).setVerifyOnly(false).setTopics(topics));
        var addPartitions = new AddPartitionsToTxnRequestData().setTransactions(transactions);
        var leave = new LeaveGroupRequestData().setGroupId("java-group").setMemberId("nobody");
        return List.of(handMade(ApiKeys.LEAVE_GROUP, leave, 2), handMade(ApiKeys.OFFSET_FOR_LEADER_EPOCH, epochs, 4), handMade(ApiKeys.ADD_PARTITIONS_TO_TXN, addPartitions, 5));
    }

    static Seed handMade(ApiKeys api, ApiMessage data, int version) {
        RequestHeader header = new RequestHeader(api, (short) version, "java-hand", 1);
        return new Seed("java", header, encode(header, data), null);
    }

    static ByteBuffer encode(RequestHeader header, ApiMessage data) {
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion()).buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(data, header.apiVersion()).buffer();
        return ByteBuffer.allocate(head.remaining() + body.remaining()).put(head).put(body).flip();
    }

    /** Sends the API's request in this version, made from the recorded one whose version is nearest and can be written so. */
    static void sweep(int port, List<Seed> seeds, short version) throws IOException {
        List<Seed> nearest = new ArrayList<>(seeds);
        nearest.sort(Comparator.comparingInt(seed -> Math.abs(seed.header.apiVersion() - version)));
        RuntimeException last = null;
        for (Seed seed : nearest) {
            RequestHeader header = new RequestHeader(seed.header.apiKey(), version, "golden", 1000 + version);
            ByteBuffer request;
            try {
                ByteBuffer body = seed.request.duplicate();
                RequestHeader.parse(body);
                ApiMessage data = AbstractRequest.parseRequest(seed.header.apiKey(), seed.header.apiVersion(), new ByteBufferAccessor(body)).request.data();
                makeUnique(data, version);
                request = encode(header, data);
            } catch (RuntimeException cannotBeWrittenSo) {
                last = cannotBeWrittenSo;
                continue;
            }
            ByteBuffer response = roundTrip(port, request);
            if (response != null) {
                printFrame("sweep", header, request, response);
                return;
            }
        }
        System.err.println(seeds.get(0).header.apiKey() + " v" + version + ": " + (last == null ? "no answer" : last));
    }

    /** The same name a second time would wait for the first (a group) or be refused (a topic). */
    static void makeUnique(ApiMessage data, short version) {
        if (data instanceof JoinGroupRequestData join) join.setGroupId(join.groupId() + "-v" + version);
        if (data instanceof CreateTopicsRequestData create) for (var topic : create.topics()) topic.setName(topic.name() + "-v" + version);
    }

    static ByteBuffer roundTrip(int port, ByteBuffer request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(5000);
            DataOutputStream to = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            to.writeInt(request.remaining());
            to.write(request.array(), request.arrayOffset(), request.remaining());
            to.flush();
            DataInputStream from = new DataInputStream(socket.getInputStream());
            byte[] response = new byte[from.readInt()];
            from.readFully(response);
            return ByteBuffer.wrap(response);
        } catch (EOFException | java.net.SocketTimeoutException refused) {
            return null;
        }
    }

    static void printFrame(String client, RequestHeader header, ByteBuffer request, ByteBuffer response) {
        out.println("{\"api\":\"" + header.apiKey().name + "\",\"key\":" + header.apiKey().id + ",\"version\":" + header.apiVersion()
            + ",\"correlationId\":" + header.correlationId() + ",\"client\":\"" + client
            + "\",\"request\":" + base64(request) + ",\"response\":" + base64(response) + "}");
    }

    static void printBatches(Seed seed) {
        ByteBuffer body = seed.request.duplicate();
        RequestHeader.parse(body);
        if (seed.header.apiKey() == ApiKeys.PRODUCE) {
            var data = (ProduceRequestData) AbstractRequest.parseRequest(ApiKeys.PRODUCE, seed.header.apiVersion(), new ByteBufferAccessor(body)).request.data();
            data.topicData().forEach(topic -> topic.partitionData().forEach(partition -> printBatches(seed.client + " produce", (MemoryRecords) partition.records())));
        } else if (seed.header.apiKey() == ApiKeys.FETCH) {
            var data = (FetchResponseData) AbstractResponse.parseResponse(seed.response.duplicate(), seed.header).data();
            data.responses().forEach(topic -> topic.partitions().forEach(partition -> {
                if (partition.records() instanceof MemoryRecords records) printBatches("broker fetch", records);
            }));
        }
    }

    static void printBatches(String source, MemoryRecords all) {
        for (MutableRecordBatch batch : all.batches()) {
            ByteBuffer bytes = ByteBuffer.allocate(batch.sizeInBytes());
            batch.writeTo(bytes);
            bytes.flip();
            if (batch.magic() != 2 || !batches.add(base64(bytes))) continue;
            List<String> records = new ArrayList<>();
            for (Record record : batch) records.add("\n    " + json(batch, record));
            out.println("{\"source\":\"" + source + "\",\"compression\":\"" + batch.compressionType().name + "\",\"timestampType\":\"" + batch.timestampType()
                + "\",\"baseOffset\":" + batch.baseOffset() + ",\"lastOffset\":" + batch.lastOffset() + ",\"partitionLeaderEpoch\":" + batch.partitionLeaderEpoch()
                + ",\"maxTimestamp\":" + batch.maxTimestamp() + ",\"producerId\":" + batch.producerId() + ",\"producerEpoch\":" + batch.producerEpoch()
                + ",\"baseSequence\":" + batch.baseSequence() + ",\"isTransactional\":" + batch.isTransactional() + ",\"isControl\":" + batch.isControlBatch()
                + ",\"crc\":" + batch.checksum() + ",\"bytes\":" + base64(bytes) + ",\"records\":[" + String.join(",", records).replace("\n    ", "") + "]}");
        }
    }

    static String json(RecordBatch batch, Record record) {
        String headers = Arrays.stream(record.headers())
            .map(header -> "[" + base64(ByteBuffer.wrap(header.key().getBytes(StandardCharsets.UTF_8))) + "," + base64(header.value() == null ? null : ByteBuffer.wrap(header.value())) + "]")
            .collect(Collectors.joining(","));
        return "{\"offset\":" + record.offset() + ",\"timestamp\":" + record.timestamp() + ",\"key\":" + base64(record.key())
            + ",\"value\":" + base64(record.value()) + ",\"headers\":[" + headers + "]}";
    }

    static String base64(ByteBuffer bytes) {
        if (bytes == null) return "null";
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return "\"" + Base64.getEncoder().encodeToString(copy) + "\"";
    }
}
