import { HeadwaterError, type HeadwaterErrorOptions } from '@headwater/base'

/** What can be wrong with bytes, or with a value that shall become bytes. */
export type ProtocolErrorCode =
  /** Bytes ended before the value did, or a length points outside them. */
  | 'TRUNCATED'
  /** Bytes that no correct peer sends: a negative length, an overlong varint, an unknown format. */
  | 'MALFORMED'
  /** A record batch whose CRC-32C does not match its content. */
  | 'CRC_MISMATCH'
  /** A version of a request that this package has no table for. */
  | 'UNSUPPORTED_VERSION'
  /** A value that the field cannot hold. */
  | 'VALUE_OUT_OF_RANGE'
  /** Compressed bytes that do not decompress, or decompress to more than the limit. */
  | 'BAD_COMPRESSION'

/** Thrown by every encoder and decoder of this package. Never retriable: the same bytes fail again. */
export class ProtocolError extends HeadwaterError<ProtocolErrorCode> {
  constructor(code: ProtocolErrorCode, message: string, options?: HeadwaterErrorOptions) {
    super(code, message, options)
  }
}
