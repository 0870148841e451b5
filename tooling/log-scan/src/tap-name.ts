/** Where the tap of the process is: a global, since log calls of any module must reach it without importing anything. */
export const tapName = 'headwater.log-tap'

/** Keeps one call of a logger and gives its arguments back. */
export type LogTap = (level: string, source: string, args: readonly unknown[]) => readonly unknown[]
