/** A schema, or anything that stands where one should, as JSON. Members are changed in place. */
export type Json = null | boolean | number | string | Json[] | JsonObject

export interface JsonObject {
  [member: string]: Json
}

const rawMark = '#raw:'

/** A number that JavaScript cannot hold, to be written as it stands. */
export function rawNumber(digits: string): string {
  return `${rawMark}${digits}`
}

/** The text of a schema, in which raw numbers are numbers. */
export function toSchemaText(json: Json, indent: number = 0): string {
  return JSON.stringify(json, undefined, indent).replaceAll(/"#raw:([^"]*)"/g, '$1')
}

export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
