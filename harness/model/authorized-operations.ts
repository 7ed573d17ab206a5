/**
 * What a client that may do everything is told it may do, as bits of AclOperation (AclEntry.supportedOperations):
 * 3 READ, 4 WRITE, 5 CREATE, 6 DELETE, 7 ALTER, 8 DESCRIBE, 9 CLUSTER_ACTION, 10 DESCRIBE_CONFIGS, 11 ALTER_CONFIGS,
 * 12 IDEMPOTENT_WRITE.
 */
const bits = (...operations: number[]): number => operations.reduce((sum, operation) => sum | (1 << operation), 0)

export const allowedOnTopic = bits(3, 4, 5, 6, 7, 8, 10, 11)
export const allowedOnCluster = bits(5, 7, 8, 9, 10, 11, 12)
