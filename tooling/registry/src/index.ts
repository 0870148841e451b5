/**
 * A real schema registry for contract suites, without containers: Apicurio Registry from Maven Central, on a Java that
 * comes as a Python package, as a child process that never outlives this one.
 *
 * ```ts
 * await using registry = await startRealRegistry()
 * await fetch(`${registry.url}/subjects`)
 * ```
 *
 * `canStartRealRegistry()` is for tests: it tells why they are skipped, and throws instead when
 * `HEADWATER_REQUIRE_KAFKA=1`.
 *
 * @module
 */
export { canStartRealRegistry } from './can-start-real-registry.ts'
export type { RegistryServerErrorCode } from './registry-server-error.ts'
export { startRealRegistry, type RealRegistry, type RealRegistryOptions } from './start-real-registry.ts'
