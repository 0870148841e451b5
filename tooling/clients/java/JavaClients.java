import java.util.Set;

/**
 * Asks Kafka's own Java clients what they see of a cluster. Arguments: bootstrap servers, a prefix for all names, and
 * the requests (separated by commas) that the cluster openly does without.
 */
public final class JavaClients {
    public static void main(String[] args) throws Exception {
        Facts facts = new Facts(args[0], args[1], Set.of(args[2].split(",")));
        try {
            TransactionFacts.beginLate(facts);
            ProducerFacts.run(facts);
            ConsumerFacts.run(facts);
            GroupFacts.run(facts);
            TopicFacts.run(facts);
            TransactionFacts.run(facts);
        } finally {
            TransactionFacts.closeLate();
            facts.admin.close();
        }
    }
}
