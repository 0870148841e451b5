import { inspect } from 'node:util'

const REDACTED = '[redacted]'

/**
 * Makes an object hide some of its fields when it is printed, and only then: `JSON.stringify`, `util.inspect`,
 * `console.log` and loggers show `[redacted]`, reading the field gives the value. A wrapper type around secrets would
 * be safer still, but then neither kafkajs nor `tls.connect` could take the object as it is. A copy of the object
 * (`{ ...settings }`) is an object like any other and prints everything.
 */
export function redact<Settings extends object>(
  settings: Settings,
  secrets: readonly (keyof Settings)[],
): Settings {
  const shown = (): object => {
    const hidden = secrets.filter((key) => settings[key] !== undefined).map((key) => [key, REDACTED])
    return { ...settings, ...Object.fromEntries(hidden) }
  }
  // Not enumerable: comparing, spreading and listing the settings must not meet these.
  Object.defineProperty(settings, 'toJSON', { value: shown })
  Object.defineProperty(settings, inspect.custom, { value: shown })
  return settings
}

/** Freezes plain objects and arrays all the way down. */
export function deepFreeze<Settings>(settings: Settings): Settings {
  if (typeof settings !== 'object' || settings === null || Object.isFrozen(settings)) return settings
  for (const value of Object.values(settings)) deepFreeze(value)
  return Object.freeze(settings)
}
