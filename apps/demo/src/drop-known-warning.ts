/**
 * Keeps one warning off the screen that means nothing and that users cannot mend: kafkajs 2.2.4 sets a timer to a time
 * in the past whenever it is not throttled (`requestQueue`, kafkajs #1751), which Node 24 and newer complain of. Every
 * other warning is printed as ever. The reader stays a plain kafkajs client this way; reaching into it would not.
 */
export function dropKnownWarning(): void {
  const printers = process.listeners('warning')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    if (isKnown(warning)) return
    for (const print of printers) print.call(process, warning)
  })
}

function isKnown({ name, stack = '' }: Error): boolean {
  return name === 'TimeoutNegativeWarning' && /[\\/]kafkajs[\\/]src[\\/]network[\\/]requestQueue/.test(stack)
}
