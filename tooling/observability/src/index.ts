/**
 * Alert rules, dashboards and the table of metrics, made from data, and a real Prometheus to try them on.
 *
 * @module
 */
export { alertDefinitions } from './alert-definitions.ts'
export { alertRules } from './alert-rules.ts'
