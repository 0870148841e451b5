import { loadConfig, profiles, type ProfileName } from '@headwater/config'
import { describe, expect, it } from 'vitest'
import { deployed, problemsOf } from './problems-of.ts'

const names = Object.keys(profiles) as ProfileName[]

describe('profiles', () => {
  it('are dev, staging and prod', () => {
    expect(names).toEqual(['dev', 'staging', 'prod'])
  })

  it('never differ in durability: neither in what they expect nor in what the producer gets', () => {
    const loaded = names.map((profile) => loadConfig(deployed, { profile }))
    for (const [index, config] of loaded.entries()) {
      expect(profiles[names[index] as ProfileName].durability).toEqual(profiles.prod.durability)
      expect(config.durability).toEqual({ acks: 'all', enableIdempotence: true, minInsyncReplicas: 2 })
      expect(config.producer).toEqual(loaded[0]?.producer)
      expect(config.producer.acks).toBe(config.durability.acks)
      expect(config.producer.enableIdempotence).toBe(config.durability.enableIdempotence)
    }
  })

  it('state no default for a producer option, where one could slip in', () => {
    for (const name of names) {
      expect(Object.keys(profiles[name].defaults).filter((key) => key.startsWith('KAFKA_PRODUCER_'))).toEqual(
        [],
      )
    }
  })

  it.each(['staging', 'prod'])('let nothing start in %s without brokers and a name', (profile) => {
    const problems = problemsOf({ HEADWATER_PROFILE: profile })
    expect(problems.map(({ variable }) => variable)).toEqual(['SERVICE_NAME', 'KAFKA_BOOTSTRAP_SERVERS'])
    expect(problems[1]).toMatchObject({ problem: 'is missing', shape: 'not set' })
  })

  it('take prod for granted, so that a deployment without settings does not talk to a laptop', () => {
    expect(loadConfig(deployed).service.profile).toBe('prod')
    expect(problemsOf({}).map(({ variable }) => variable)).toContain('KAFKA_BOOTSTRAP_SERVERS')
  })

  it('let dev reach the cluster of docker-compose.yml without a single variable', () => {
    const config = loadConfig({ HEADWATER_PROFILE: 'dev' })
    expect(config.connection.brokers).toEqual(['localhost:19092', 'localhost:29092', 'localhost:39092'])
    expect(config.registry.url).toBe('http://localhost:8081/apis/ccompat/v7')
    expect(config.service).toEqual({ name: 'headwater-dev', profile: 'dev' })
    expect(config.log.level).toBe('debug')
    expect(config.intake.host).toBe('127.0.0.1')
    expect(config.warnings).toEqual([])
  })

  it('give way to what is set', () => {
    const config = loadConfig({ ...deployed, HEADWATER_PROFILE: 'dev', LOG_LEVEL: 'warn' })
    expect(config.connection.brokers).toEqual(['broker.example.com:9093'])
    expect(config.log.level).toBe('warn')
  })

  it('can be insisted on by the program, which is said when the environment differs', () => {
    const config = loadConfig({ ...deployed, HEADWATER_PROFILE: 'staging' }, { profile: 'dev' })
    expect(config.service.profile).toBe('dev')
    expect(config.warnings).toMatchObject([
      { variable: 'HEADWATER_PROFILE', problem: expect.stringContaining('staging') },
    ])
  })
})
