/** What the service needs in its environment beside Kafka and the registry: nothing. */
export const variables: Readonly<Record<string, string>> = {}
