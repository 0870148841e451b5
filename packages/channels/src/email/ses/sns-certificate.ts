import { X509Certificate, type KeyObject } from 'node:crypto'

/** Names of the certificates with which SNS signs, in the regions' own variants. */
const signerName = /^sns(?:-signing)?(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/

/** What makes a certificate one of SNS's. */
interface CertificateCheck {
  readonly nowMs: number
  /** Who must have issued it; nothing: the connection that it came over proves enough. */
  readonly trustedIssuers: readonly X509Certificate[] | undefined
}

/** A certificate that signs for SNS, or why it does not. */
export type SnsCertificate =
  | { readonly ok: true; readonly key: KeyObject; readonly validUntilMs: number }
  | { readonly ok: false; readonly reason: string }

/**
 * Reads the certificate of a signature: its name, its time, its key, and that each certificate of a chain, where one
 * is sent along, was issued by the next.
 */
export function readSnsCertificate(pem: string, { nowMs, trustedIssuers }: CertificateCheck): SnsCertificate {
  const chain = toChain(pem)
  const [leaf] = chain
  if (leaf === undefined) return { ok: false, reason: 'no certificate' }
  if (!namesOf(leaf).some((name) => signerName.test(name))) return { ok: false, reason: 'of another name' }
  const validUntilMs = Date.parse(leaf.validTo)
  if (!(nowMs >= Date.parse(leaf.validFrom) && nowMs <= validUntilMs)) {
    return { ok: false, reason: 'not valid at this time' }
  }
  const key = leaf.publicKey
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    return { ok: false, reason: 'of a key that is no RSA key of 2048 bits or more' }
  }
  const isChain = chain.every((each, index) => {
    const issuer = chain[index + 1]
    return issuer === undefined || isIssuedBy(each, issuer)
  })
  if (!isChain) return { ok: false, reason: 'of a chain that does not hold' }
  if (trustedIssuers?.some((issuer) => isIssuedBy(chain.at(-1) ?? leaf, issuer)) === false) {
    return { ok: false, reason: 'of an issuer that is not trusted' }
  }
  return { ok: true, key, validUntilMs }
}

/** The certificates in a PEM text; none where one of them is damaged. */
function toChain(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  try {
    return blocks.slice(0, 8).map((block) => new X509Certificate(block))
  } catch {
    return []
  }
}

function namesOf({ subject, subjectAltName = '' }: X509Certificate): readonly string[] {
  const common = /^CN=(.+)$/m.exec(subject)?.[1]
  const others = [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map((each) => each[1] ?? '')
  return common === undefined ? others : [common, ...others]
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}
