import { choice } from './value-kinds.ts'
import type { ValueKind } from './variable.ts'

/** The names of the profiles. */
export type ProfileName = 'dev' | 'staging' | 'prod'

/** What must hold for "nothing acknowledged is lost" to be true. */
export interface Durability {
  readonly acks: 'all'
  readonly enableIdempotence: true
  /** What `min.insync.replicas` of every topic should be, for whoever creates or checks topics. */
  readonly minInsyncReplicas: number
}

/** A set of defaults, and what has none. */
export interface Profile {
  readonly durability: Durability
  /** Variables that must be set. */
  readonly required: readonly string[]
  /** Defaults by variable, as one would write them into the environment. */
  readonly defaults: Readonly<Record<string, string>>
}

/**
 * One object for all profiles, not three equal ones: an environment that is less durable than production tests
 * something other than production.
 */
const durability: Durability = { acks: 'all', enableIdempotence: true, minInsyncReplicas: 2 }

const deployed: Profile = {
  durability,
  required: ['KAFKA_BOOTSTRAP_SERVERS', 'SERVICE_NAME'],
  defaults: { INTAKE_HOST: '0.0.0.0' },
}

/**
 * The profiles. `dev` reaches what the repository's `docker-compose.yml` starts; `staging` and `prod` have no
 * addresses, because a service that was deployed without them must not start and talk to somebody's laptop.
 */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  dev: {
    durability,
    required: [],
    defaults: {
      KAFKA_BOOTSTRAP_SERVERS: 'localhost:19092,localhost:29092,localhost:39092',
      SCHEMA_REGISTRY_URL: 'http://localhost:8081/apis/ccompat/v7',
      SERVICE_NAME: 'headwater-dev',
      INTAKE_HOST: '127.0.0.1',
      INTAKE_LIVE: 'true',
      LOG_LEVEL: 'debug',
    },
  },
  staging: deployed,
  prod: deployed,
}

export const profileKind: ValueKind<ProfileName> = choice({ dev: 'dev', staging: 'staging', prod: 'prod' })
