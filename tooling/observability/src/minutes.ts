/** Minutes in seconds, which rules count in. */
export const minutes = (count: number): number => count * 60
