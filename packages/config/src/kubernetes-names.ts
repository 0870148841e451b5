/**
 * Kubernetes gives every container variables for every service of its namespace ("service links"): a service named
 * `kafka` brings `KAFKA_SERVICE_HOST`, `KAFKA_PORT`, `KAFKA_PORT_9092_TCP_ADDR` and more.
 */
const INJECTED = /_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/

/** Whether a variable looks like one that Kubernetes made, not like a misspelt one of ours. */
export function isInjectedName(name: string): boolean {
  return (
    name === 'KAFKA_PORT' ||
    /^KAFKA_(SERVICE|PORT)_/.test(name) ||
    INJECTED.test(name) ||
    /^KAFKA_.*_TCP/.test(name)
  )
}

/**
 * Whether a variable of ours holds what Kubernetes put there: for a service named `intake` it sets `INTAKE_PORT` to
 * `tcp://10.0.0.1:80`.
 */
export function isInjectedAddress(name: string, text: string): boolean {
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text)
}
