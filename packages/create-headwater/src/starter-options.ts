/** What takes messages of the world in, beside the orders that every new service takes. */
export type StarterChannel = 'none' | 'email' | 'whatsapp' | 'web-form'

/** How events become bytes: Avro with a schema registry, or JSON without one. */
export type StarterCodec = 'avro' | 'json'

/** Who installs and runs. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn'

/** Whose CI gets a job with the tests and the schema check. */
export type StarterCi = 'github' | 'gitlab' | 'none'

/** What a new service is made of. */
export interface StarterOptions {
  /** Name of package and service. */
  readonly name: string
  /** What it takes in beside orders. @defaultValue `'none'` */
  readonly channel?: StarterChannel | undefined
  /** How events become bytes. @defaultValue `'avro'` */
  readonly codec?: StarterCodec | undefined
  /** Who installs and runs. @defaultValue `'npm'` */
  readonly packageManager?: PackageManager | undefined
  /**
   * Its version, such as `4.18.1`. Of yarn 2 and later it goes into package.json, for another yarn cannot read the
   * lockfile; without it the service is for yarn 1. Of the others it says nothing.
   *
   * @defaultValue none
   */
  readonly packageManagerVersion?: string | undefined
  /** Whose CI gets a job. @defaultValue `'github'` */
  readonly ci?: StarterCi | undefined
}

/** The same with every choice made. */
export interface ResolvedStarterOptions {
  readonly name: string
  readonly channel: StarterChannel
  readonly codec: StarterCodec
  readonly packageManager: PackageManager
  readonly packageManagerVersion?: string | undefined
  readonly ci: StarterCi
}

/** Every choice with what can be chosen; the first one is the default. */
export const starterChoices: {
  readonly channel: readonly StarterChannel[]
  readonly codec: readonly StarterCodec[]
  readonly packageManager: readonly PackageManager[]
  readonly ci: readonly StarterCi[]
} = {
  channel: ['none', 'email', 'whatsapp', 'web-form'],
  codec: ['avro', 'json'],
  packageManager: ['npm', 'pnpm', 'yarn'],
  ci: ['github', 'gitlab', 'none'],
}

/** The name of a choice. */
export type StarterChoice = keyof typeof starterChoices
