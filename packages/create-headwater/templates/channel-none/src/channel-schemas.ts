/** The schemas of what comes in through channels: this service has none yet. */
export function channelSchemas(_topic: string): Readonly<Record<string, string>> {
  return {}
}
