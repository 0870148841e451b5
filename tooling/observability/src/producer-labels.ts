/** Labels that say whose producer it is, whatever instance it runs on. */
export const service = ['job', 'client_id'] as const

/** The service in the tests of the alerts. */
export const shop = { job: 'shop', client_id: 'shop' } as const
