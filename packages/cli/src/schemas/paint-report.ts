import type { ConfigSource } from '@headwater/config'
import { styleText } from 'node:util'

/** Colours of the words that begin a line or a fix, by what they say. */
const colours = {
  BREAK: ['bold', 'red'],
  PROBLEM: ['bold', 'red'],
  WARNING: ['bold', 'yellow'],
  BASELINE: ['bold', 'yellow'],
  ACCEPTED: ['dim'],
  INFO: ['dim'],
  CHANGE: ['bold', 'red'],
  SAFE: ['green'],
  'fix:': ['green'],
} as const

/** Colours a report for people, line by line; its text stays as it is. */
export function paintReport(text: string): string {
  return text.replaceAll(
    /^( *)(BREAK|PROBLEM|WARNING|BASELINE|ACCEPTED|INFO|CHANGE|SAFE|fix:)(?= )/gm,
    (_, indent: string, word) => {
      const format = colours[word as keyof typeof colours]
      return `${indent}${styleText([...format], word as string, { validateStream: false })}`
    },
  )
}

/** Whether people see the colours: on a terminal, unless somebody asked for none (`NO_COLOR`, see no-color.org). */
export function wantsColour(isTerminal: boolean, env: ConfigSource): boolean {
  const { NO_COLOR: without } = env
  return isTerminal && (without === undefined || without === '')
}
