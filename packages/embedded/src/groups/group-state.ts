/**
 * Where a group stands (`ClassicGroupState`):
 *
 * - `Empty`: no members, perhaps offsets. The first join leads to `PreparingRebalance`.
 * - `PreparingRebalance`: members join again; ends when all have, or after the longest rebalance timeout without
 *   those who have not. Then `CompletingRebalance`, or `Empty` when nobody is left.
 * - `CompletingRebalance`: members wait for the leader's SyncGroup, which makes the group `Stable`.
 * - `Stable`: a join, a leave or a session that times out leads back to `PreparingRebalance`.
 * - `Dead`: deleted.
 */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead'
