import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { canRunPrometheus } from '../src/can-run-prometheus.ts'

describe('canRunPrometheus', () => {
  let cache = ''
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'headwater-no-prometheus-'))
  })
  afterAll(() => rm(cache, { recursive: true }))

  /** A computer without Prometheus and without Debian's tools. */
  const bare = () => ({ PATH: join(cache, 'empty'), HEADWATER_KAFKA_CACHE: cache })

  it('says what is missing and what to install, and leaves nothing half done', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect(await canRunPrometheus(bare())).toBe(false)
    expect(String(warn.mock.calls[0]?.[0])).toMatch(
      /are skipped: no prometheus .*apt-get.*install Prometheus/s,
    )
    warn.mockRestore()
    await expect(rm(join(cache, 'prometheus'), { recursive: true })).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('fails where a skip must not pass for a success', async () => {
    await expect(canRunPrometheus({ ...bare(), HEADWATER_REQUIRE_KAFKA: '1' })).rejects.toThrow(
      /HEADWATER_REQUIRE_KAFKA=1, but tests with a real Prometheus are skipped/,
    )
  })
})
