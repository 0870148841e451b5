/** What the service needs in its environment beside Kafka and the registry: what the app at Meta has. */
export const variables = {
  WHATSAPP_APP_SECRET: 'an app secret of the tests',
  WHATSAPP_VERIFY_TOKEN: 'a-token-of-the-tests',
}
