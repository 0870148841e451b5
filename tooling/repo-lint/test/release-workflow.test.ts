import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const { on, permissions, jobs } = parse(read('.github/workflows/release.yml'))
const runs: readonly string[] = jobs.publish.steps.flatMap((step: { run?: string }) => step.run ?? [])

describe('the release workflow', () => {
  it('runs for a tag of a version, and holds the tag to it', () => {
    expect(on).toEqual({ push: { tags: ['v*.*.*'] } })
    expect(runs[0]).toContain('GITHUB_REF_NAME')
  })

  it('may sign where a package comes from, and nothing else', () => {
    expect(permissions).toEqual({ contents: 'read' })
    expect(jobs.publish.permissions).toEqual({ contents: 'read', 'id-token': 'write' })
    expect(read('.github/workflows/release.yml')).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN|secrets\./)
    expect(read('tooling/repo-lint/src/publish-packages.ts')).toContain("'--provenance'")
  })

  it('publishes after all that must hold', () => {
    expect(runs.slice(1)).toEqual(['.ci/run', 'npx -y pnpm@10.34.9 release'])
  })

  it('gives all published packages one version', () => {
    const { fixed, privatePackages } = JSON.parse(read('.changeset/config.json'))
    expect(fixed).toEqual([['@headwater/*', 'create-headwater']])
    expect(privatePackages).toEqual({ version: false, tag: false })
  })
})
