/** Where bytes are kept that are too large for a record, or that must not get lost in parsing. */
export interface ClaimCheckRef {
  /** What `get` takes; its form is the store's business. */
  readonly uri: string
  /** SHA-256 of the bytes, in hex. */
  readonly sha256: string
  /** Number of bytes. */
  readonly size: number
}

/** Keeps bytes until a consumer asks for them: a folder, an object store. */
export interface ClaimCheckStore {
  /** Keeps the bytes; when it resolves they survive a crash. The same bytes may be put twice. */
  put(bytes: Uint8Array, options: { readonly contentType: string }): Promise<ClaimCheckRef>
  /**
   * The bytes behind a reference.
   *
   * @throws ChannelError `CLAIM_CHECK_NOT_FOUND`, `CLAIM_CHECK_INVALID` or `CLAIM_CHECK_CORRUPT`
   */
  get(uri: string): Promise<Uint8Array>
}
