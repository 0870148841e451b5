/** The configuration that `headwater schemas init` writes. */
export function initialConfig(patterns: readonly string[]): string {
  const list = patterns.map((pattern) => `  - '${pattern.replaceAll("'", "''")}'\n`).join('')
  return `# What headwater schemas checks; the README of @headwater/cli lists every setting.
version: 1
schemas:
${list}
# BACKWARD: new consumers read old events. FORWARD: old consumers read new events. FULL: both. With _TRANSITIVE every
# recorded version counts, not only the last one; headwater schemas history record keeps them.
mode: BACKWARD

# How a file gets its subject in the registry: record, topic, topic-record or file.
subjects:
  strategy: record

# Breaks that are wanted, with their reasons: headwater schemas accept <fingerprint> --reason "..."
accepted: schemas/.accepted.yaml
`
}

/** The workflow for GitHub that `headwater schemas init` writes. */
export const githubWorkflow = `name: schemas

on:
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      # The whole history: a pull request is compared with the commit at which its branch left the target.
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      # Breaks are annotated at their lines; the job's summary has all findings with their fixes. A break that is wanted
      # is accepted in a file that reviewers see: headwater schemas accept <fingerprint> --reason "..."
      - run: npx --yes --package @headwater/cli headwater schemas check --format github --summary
`
