import type avsc from 'avsc'

/** What avsc calls for each schema before it compiles it itself: gives a type, or leaves it to avsc. */
export type AvroTypeHook = (schema: avsc.Schema, options: avsc.ForSchemaOptions) => avsc.Type | undefined
