/**
 * A real server that speaks S3 (S3Proxy from Maven Central), without containers, and the facts that hold for every
 * claim-check store.
 *
 * @module
 */
export { canStartS3Server } from './can-start-s3-server.ts'
export { describeClaimChecks, type StoreUnderTest } from './claim-check-facts.ts'
export { startS3Server, type S3Server } from './start-s3-server.ts'
