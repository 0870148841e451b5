import { connectionVariables } from './connection-variables.ts'
import { channelVariables, intakeVariables } from './intake-variables.ts'
import { producerVariables } from './producer-variables.ts'
import { registryVariables } from './registry-variables.ts'
import { awsVariables, logVariables, serviceVariables } from './service-variables.ts'
import { stageVariable, topicVariables } from './topic-variables.ts'
import type { Variable } from './variable.ts'

/** Every variable that Headwater reads, in the order of the documentation. */
export const variables: readonly Variable[] = [
  serviceVariables,
  connectionVariables,
  producerVariables,
  topicVariables,
  { stage: stageVariable },
  registryVariables,
  intakeVariables,
  channelVariables,
  logVariables,
  awsVariables,
].flatMap((table) => Object.values<Variable>(table))

/** Every name that may be set: the variables, their aliases and the file twins of secrets. */
export const knownNames: ReadonlySet<string> = new Set(
  variables.flatMap((variable) => {
    const names = [variable.name, ...(variable.aliases ?? [])]
    return variable.secret === true ? names.flatMap((name) => [name, `${name}_FILE`]) : names
  }),
)
