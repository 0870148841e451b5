/** The name that brokers know a client by that has none: see `ConnectionSettings.clientId`. */
export const defaultClientId = 'headwater'
