import { describe, expect, it } from 'vitest'

describe('the Node that tests run on', () => {
  it('is the one that the install brings, whatever the host has', () => {
    expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(26)
  })
})
