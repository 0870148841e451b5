/** Where SNS itself answers: in every region, in China too, and nowhere else. */
const snsHost = /^sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?$/

/**
 * An address of SNS, or `undefined` for any other. Messages name addresses to be fetched; nobody but SNS may choose
 * them.
 */
export function toSnsUrl(text: string | undefined): URL | undefined {
  const url = text === undefined ? null : URL.parse(text)
  if (url === null || url.protocol !== 'https:' || url.port !== '') return undefined
  if (url.username !== '' || url.password !== '' || !snsHost.test(url.hostname)) return undefined
  return url
}
