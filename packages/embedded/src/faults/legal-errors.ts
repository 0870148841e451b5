import type { KafkaErrorName } from '@headwater/protocol'

/** What a request to the leader of a partition may meet. */
type LeaderError =
  | 'UNKNOWN_TOPIC_OR_PARTITION'
  | 'NOT_LEADER_OR_FOLLOWER'
  | 'LEADER_NOT_AVAILABLE'
  | 'UNKNOWN_TOPIC_ID'
  | 'TOPIC_AUTHORIZATION_FAILED'
  | 'KAFKA_STORAGE_ERROR'
  | 'FENCED_LEADER_EPOCH'
  | 'UNKNOWN_LEADER_EPOCH'
  | 'REPLICA_NOT_AVAILABLE'
  | 'UNKNOWN_SERVER_ERROR'

/** What a request to a coordinator may meet. */
type CoordinatorError =
  | 'COORDINATOR_NOT_AVAILABLE'
  | 'COORDINATOR_LOAD_IN_PROGRESS'
  | 'NOT_COORDINATOR'
  | 'GROUP_AUTHORIZATION_FAILED'
  | 'INVALID_GROUP_ID'
  | 'UNKNOWN_SERVER_ERROR'

/** What a member of a group may meet. */
type MemberError =
  | CoordinatorError
  | 'UNKNOWN_MEMBER_ID'
  | 'ILLEGAL_GENERATION'
  | 'REBALANCE_IN_PROGRESS'
  | 'FENCED_INSTANCE_ID'

/** What an administrative request may meet. */
type AdminError =
  | 'NOT_CONTROLLER'
  | 'REQUEST_TIMED_OUT'
  | 'POLICY_VIOLATION'
  | 'INVALID_REQUEST'
  | 'CLUSTER_AUTHORIZATION_FAILED'
  | 'TOPIC_AUTHORIZATION_FAILED'
  | 'THROTTLING_QUOTA_EXCEEDED'
  | 'UNKNOWN_SERVER_ERROR'

/** What a transactional producer may meet at its coordinator. */
type TransactionError =
  | 'COORDINATOR_NOT_AVAILABLE'
  | 'COORDINATOR_LOAD_IN_PROGRESS'
  | 'NOT_COORDINATOR'
  | 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
  | 'INVALID_PRODUCER_ID_MAPPING'
  | 'INVALID_PRODUCER_EPOCH'
  | 'PRODUCER_FENCED'
  | 'INVALID_TXN_STATE'
  | 'CONCURRENT_TRANSACTIONS'
  | 'TRANSACTION_ABORTABLE'
  | 'INVALID_REQUEST'
  | 'UNKNOWN_SERVER_ERROR'

/** The errors that Kafka may answer each request with; a fault with another one is a type error. */
interface LegalErrors {
  /** DUPLICATE_SEQUENCE_NUMBER came from brokers before 1.1; clients must still take it for a success. */
  readonly Produce:
    | LeaderError
    | 'CORRUPT_MESSAGE'
    | 'REQUEST_TIMED_OUT'
    | 'MESSAGE_TOO_LARGE'
    | 'INVALID_TOPIC_EXCEPTION'
    | 'RECORD_LIST_TOO_LARGE'
    | 'NOT_ENOUGH_REPLICAS'
    | 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'
    | 'INVALID_REQUIRED_ACKS'
    | 'CLUSTER_AUTHORIZATION_FAILED'
    | 'INVALID_TIMESTAMP'
    | 'UNSUPPORTED_FOR_MESSAGE_FORMAT'
    | 'POLICY_VIOLATION'
    | 'OUT_OF_ORDER_SEQUENCE_NUMBER'
    | 'DUPLICATE_SEQUENCE_NUMBER'
    | 'INVALID_PRODUCER_EPOCH'
    | 'INVALID_TXN_STATE'
    | 'INVALID_PRODUCER_ID_MAPPING'
    | 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
    | 'UNKNOWN_PRODUCER_ID'
    | 'UNSUPPORTED_COMPRESSION_TYPE'
    | 'INVALID_RECORD'
    | 'THROTTLING_QUOTA_EXCEEDED'
    | 'TRANSACTION_ABORTABLE'
    | 'NETWORK_EXCEPTION'
  readonly Fetch:
    | LeaderError
    | 'OFFSET_OUT_OF_RANGE'
    | 'CORRUPT_MESSAGE'
    | 'OFFSET_NOT_AVAILABLE'
    | 'FETCH_SESSION_ID_NOT_FOUND'
    | 'INVALID_FETCH_SESSION_EPOCH'
    | 'FETCH_SESSION_TOPIC_ID_ERROR'
    | 'INCONSISTENT_TOPIC_ID'
    | 'UNSUPPORTED_COMPRESSION_TYPE'
    | 'OFFSET_MOVED_TO_TIERED_STORAGE'
  readonly ListOffsets:
    | LeaderError
    | 'OFFSET_NOT_AVAILABLE'
    | 'UNSUPPORTED_FOR_MESSAGE_FORMAT'
    | 'REQUEST_TIMED_OUT'
  readonly Metadata:
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'UNKNOWN_TOPIC_ID'
    | 'LEADER_NOT_AVAILABLE'
    | 'INVALID_TOPIC_EXCEPTION'
    | 'TOPIC_AUTHORIZATION_FAILED'
    | 'CLUSTER_AUTHORIZATION_FAILED'
    | 'REBOOTSTRAP_REQUIRED'
    | 'UNKNOWN_SERVER_ERROR'
  readonly OffsetCommit:
    | MemberError
    | 'OFFSET_METADATA_TOO_LARGE'
    | 'INVALID_COMMIT_OFFSET_SIZE'
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'TOPIC_AUTHORIZATION_FAILED'
    | 'STALE_MEMBER_EPOCH'
    | 'UNKNOWN_TOPIC_ID'
  readonly OffsetFetch:
    | MemberError
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'TOPIC_AUTHORIZATION_FAILED'
    | 'UNSTABLE_OFFSET_COMMIT'
    | 'STALE_MEMBER_EPOCH'
    | 'UNKNOWN_TOPIC_ID'
  readonly FindCoordinator: CoordinatorError | 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' | 'INVALID_REQUEST'
  readonly JoinGroup:
    | MemberError
    | 'INCONSISTENT_GROUP_PROTOCOL'
    | 'INVALID_SESSION_TIMEOUT'
    | 'MEMBER_ID_REQUIRED'
    | 'GROUP_MAX_SIZE_REACHED'
  readonly Heartbeat: MemberError
  readonly LeaveGroup: MemberError
  readonly SyncGroup: MemberError | 'INCONSISTENT_GROUP_PROTOCOL'
  readonly DescribeGroups: CoordinatorError | 'GROUP_ID_NOT_FOUND'
  readonly ListGroups: CoordinatorError
  readonly SaslHandshake: 'UNSUPPORTED_SASL_MECHANISM' | 'ILLEGAL_SASL_STATE'
  readonly SaslAuthenticate: 'SASL_AUTHENTICATION_FAILED' | 'ILLEGAL_SASL_STATE'
  readonly ApiVersions:
    | 'UNSUPPORTED_VERSION'
    | 'INVALID_REQUEST'
    | 'CLUSTER_AUTHORIZATION_FAILED'
    | 'UNKNOWN_SERVER_ERROR'
  readonly CreateTopics:
    | AdminError
    | 'TOPIC_ALREADY_EXISTS'
    | 'INVALID_TOPIC_EXCEPTION'
    | 'INVALID_PARTITIONS'
    | 'INVALID_REPLICATION_FACTOR'
    | 'INVALID_REPLICA_ASSIGNMENT'
    | 'INVALID_CONFIG'
  readonly DeleteTopics:
    | AdminError
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'UNKNOWN_TOPIC_ID'
    | 'TOPIC_DELETION_DISABLED'
    | 'INVALID_TOPIC_EXCEPTION'
  readonly DeleteRecords: LeaderError | 'OFFSET_OUT_OF_RANGE' | 'POLICY_VIOLATION' | 'REQUEST_TIMED_OUT'
  readonly InitProducerId:
    | CoordinatorError
    | 'CLUSTER_AUTHORIZATION_FAILED'
    | 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
    | 'INVALID_PRODUCER_EPOCH'
    | 'PRODUCER_FENCED'
    | 'CONCURRENT_TRANSACTIONS'
    | 'INVALID_TRANSACTION_TIMEOUT'
    | 'INVALID_REQUEST'
    | 'REQUEST_TIMED_OUT'
    | 'NOT_ENOUGH_REPLICAS'
  readonly AddPartitionsToTxn:
    | TransactionError
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'TOPIC_AUTHORIZATION_FAILED'
    | 'OPERATION_NOT_ATTEMPTED'
  readonly AddOffsetsToTxn: TransactionError | 'GROUP_AUTHORIZATION_FAILED' | 'INVALID_GROUP_ID'
  readonly EndTxn: TransactionError
  readonly TxnOffsetCommit:
    | MemberError
    | TransactionError
    | 'OFFSET_METADATA_TOO_LARGE'
    | 'INVALID_COMMIT_OFFSET_SIZE'
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'TOPIC_AUTHORIZATION_FAILED'
  readonly OffsetForLeaderEpoch: LeaderError
  readonly DescribeLogDirs: 'CLUSTER_AUTHORIZATION_FAILED' | 'KAFKA_STORAGE_ERROR' | 'UNKNOWN_SERVER_ERROR'
  readonly DescribeProducers: LeaderError
  readonly DescribeTopicPartitions:
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'INVALID_TOPIC_EXCEPTION'
    | 'TOPIC_AUTHORIZATION_FAILED'
    | 'INVALID_REQUEST'
    | 'UNKNOWN_SERVER_ERROR'
  readonly DescribeConfigs: AdminError | 'UNKNOWN_TOPIC_OR_PARTITION' | 'INVALID_TOPIC_EXCEPTION'
  readonly AlterConfigs:
    | AdminError
    | 'INVALID_CONFIG'
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'INVALID_TOPIC_EXCEPTION'
  readonly IncrementalAlterConfigs:
    | AdminError
    | 'INVALID_CONFIG'
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'INVALID_TOPIC_EXCEPTION'
  readonly CreatePartitions:
    | AdminError
    | 'INVALID_PARTITIONS'
    | 'INVALID_REPLICA_ASSIGNMENT'
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'REASSIGNMENT_IN_PROGRESS'
    | 'INVALID_TOPIC_EXCEPTION'
  readonly DeleteGroups: CoordinatorError | 'NON_EMPTY_GROUP' | 'GROUP_ID_NOT_FOUND'
  readonly AlterPartitionReassignments:
    | AdminError
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'INVALID_REPLICA_ASSIGNMENT'
    | 'INVALID_REPLICATION_FACTOR'
    | 'NO_REASSIGNMENT_IN_PROGRESS'
  readonly ListPartitionReassignments: AdminError
  readonly OffsetDelete:
    | CoordinatorError
    | 'GROUP_ID_NOT_FOUND'
    | 'NON_EMPTY_GROUP'
    | 'GROUP_SUBSCRIBED_TO_TOPIC'
    | 'UNKNOWN_TOPIC_OR_PARTITION'
    | 'TOPIC_AUTHORIZATION_FAILED'
  readonly DescribeCluster:
    | 'CLUSTER_AUTHORIZATION_FAILED'
    | 'MISMATCHED_ENDPOINT_TYPE'
    | 'UNSUPPORTED_ENDPOINT_TYPE'
    | 'UNKNOWN_SERVER_ERROR'
}

/** A request that faults can be ordered for, by Kafka's name. */
export type FaultableApi = keyof LegalErrors

/** An error that Kafka may answer that request with. */
export type LegalError<Api extends FaultableApi> = LegalErrors[Api] & KafkaErrorName
