/**
 * What of a released API the current one no longer has.
 *
 * @module
 */
export { findBreakingChanges, type BreakingChange } from './find-breaking-changes.ts'
