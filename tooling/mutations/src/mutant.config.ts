import { join } from 'node:path'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { mutateSource } from './mutate-source.ts'
import { mutations } from './mutation-table.ts'

const producer = join(import.meta.dirname, '../../../packages/producer')

/** Any test of the producer, with the rule that `HEADWATER_MUTATION` names switched off on the module's way to it. */
const mutantConfig: ViteUserConfig = defineConfig({
  plugins: [
    {
      name: 'mutate',
      enforce: 'pre',
      transform(source, id) {
        // Asked anew each time: one process runs one mutant after the other with this same object.
        const mutation = mutations.find(({ name }) => name === process.env['HEADWATER_MUTATION'])
        if (mutation === undefined || id !== join(producer, mutation.file)) return undefined
        return mutateSource(source, mutation)
      },
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    maxWorkers: 1,
    // It knows modules by their files alone, and would give one mutant what another left.
    fsModuleCache: false,
  },
})
export default mutantConfig
