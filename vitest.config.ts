import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { logTapPlugin } from './tooling/log-scan/src/log-tap-plugin.ts'

const notTests = ['**/node_modules/**', '**/dist/**']

/** A tier is told by the file name alone: `x.test.ts`, `x.embedded.test.ts`, `x.kafka.test.ts`. */
const tier = (name: string, include: string[], exclude: string[] = []) => ({
  extends: true as const,
  test: { name, include, exclude: [...notTests, ...exclude] },
})

export default defineConfig({
  plugins: [logTapPlugin(import.meta.dirname)],
  test: {
    // Every log line of the whole run is kept and looked through at its end.
    setupFiles: [join(import.meta.dirname, 'tooling/log-scan/src/tap-test-file.ts')],
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    // No statement about speed: on a computer that does much else, a test may take many times what it takes alone.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Tests of memory collect garbage first.
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    // A busy computer in CI may cost a test its first try. The report then says `(retry x1)`: a defect to look for.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    projects: [
      tier('unit', ['test/**/*.test.ts'], ['**/*.embedded.test.ts', '**/*.kafka.test.ts']),
      tier('embedded', ['test/**/*.embedded.test.ts']),
      tier('kafka', ['test/**/*.kafka.test.ts']),
    ],
  },
})
