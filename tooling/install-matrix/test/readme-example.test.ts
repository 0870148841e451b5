import { describe, expect, it } from 'vitest'
import { importedPackages, readmeExample, toCommonJs } from '../src/matrix/readme-example.ts'

const code = [
  "import { readFileSync } from 'node:fs'",
  'import {',
  '  one,',
  "} from '@headwater/base'",
  "import kafkajs from 'kafkajs'",
  "import { helper } from '@headwater/embedded/vitest'",
  '',
  'await one(kafkajs, helper, readFileSync)',
  '',
].join('\n')

describe('readmeExample', () => {
  it('is the first block of TypeScript', () => {
    expect(readmeExample('# A\n\n```sh\nls\n```\n\n```ts\na()\n```\n\n```ts\nb()\n```\n')).toBe('a()\n')
  })

  it('is nothing when there is none', () => {
    expect(readmeExample('# A\n\n```sh\nls\n```\n')).toBeUndefined()
  })
})

describe('importedPackages', () => {
  it("names packages by scope and name, and none of Node's own", () => {
    expect(importedPackages(code)).toEqual(['@headwater/base', '@headwater/embedded', 'kafkajs'])
  })
})

describe('toCommonJs', () => {
  it('leaves imports where they are, and lets the rest await in a function', () => {
    const lines = toCommonJs(code).split('\n')
    expect(lines.indexOf('async function main(): Promise<void> {')).toBe(7)
    expect(lines.indexOf('await one(kafkajs, helper, readFileSync)')).toBeGreaterThan(7)
    expect(lines.slice(0, 6)).toEqual(code.split('\n').slice(0, 6))
  })
})
