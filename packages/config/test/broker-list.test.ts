import { loadConfig } from '@headwater/config'
import { describe, expect, it } from 'vitest'
import { brokerList } from '../src/broker-list.ts'
import { deployed, problemsOf } from './problems-of.ts'

describe('brokerList', () => {
  it('reads the list as the MSK console shows it: on several lines, with commas at the ends', () => {
    const list = `
      b-1.cluster.kafka.us-east-1.amazonaws.com:9094,
      b-2.cluster.kafka.us-east-1.amazonaws.com:9094,\r
      b-3.cluster.kafka.us-east-1.amazonaws.com:9094
    `
    expect(brokerList.schema.parse(list)).toEqual([
      'b-1.cluster.kafka.us-east-1.amazonaws.com:9094',
      'b-2.cluster.kafka.us-east-1.amazonaws.com:9094',
      'b-3.cluster.kafka.us-east-1.amazonaws.com:9094',
    ])
  })

  it.each([
    ['an address once, whatever its case', 'a:1,A:1, a:1', ['a:1']],
    ['the order of the list', 'c:1,a:1,b:1', ['c:1', 'a:1', 'b:1']],
    ['IPv4', '127.0.0.1:9092', ['127.0.0.1:9092']],
    ['IPv6 in brackets', '[2001:db8::1]:20092,[::1]:9092', ['[2001:db8::1]:20092', '[::1]:9092']],
    ['names with underscores, as docker networks have', 'kafka_1:9092', ['kafka_1:9092']],
    ['a trailing comma', 'a:1,', ['a:1']],
    ['the highest port', 'a:65535', ['a:65535']],
  ])('takes %s', (_, list, expected) => {
    expect(brokerList.schema.parse(list)).toEqual(expected)
  })

  it.each([
    ['no port', 'a', 'has no port'],
    ['an empty port', 'a:', 'has no port'],
    ['port 0', 'a:0', 'a port outside 1 to 65535'],
    ['port 65536', 'a:65536', 'a port outside 1 to 65535'],
    ['a port of letters', 'a:kafka', 'has no port'],
    ['a scheme', 'SASL_SSL://a:9092', 'starts with a scheme'],
    ['a path', 'a:9092/x', 'is not host:port'],
    ['credentials', 'ann:s3cret@a:9092', 'is not host:port'],
    ['bare IPv6', '2001:db8::1:9092', 'IPv6 address without brackets'],
    ['broken IPv6', '[2001:db8:::1]:9092', 'is not host:port'],
    ['semicolons', 'a:9092;b:9092', 'commas between addresses'],
    ['no host', ':9092', 'is not host:port'],
    ['commas alone', ',,', 'lists no address'],
  ])('refuses %s', (_, list, problem) => {
    const problems = problemsOf({ ...deployed, KAFKA_BOOTSTRAP_SERVERS: list })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ variable: 'KAFKA_BOOTSTRAP_SERVERS' })
    expect(problems[0]?.problem).toContain(problem)
  })

  it('names every bad entry by its place', () => {
    const problems = problemsOf({ ...deployed, KAFKA_BOOTSTRAP_SERVERS: 'a:1,b,c:1,d:0' })
    expect(problems.map(({ problem }) => /number \d of \d/.exec(problem)?.[0])).toEqual([
      'number 2 of 4',
      'number 4 of 4',
    ])
  })

  it('says the shape of a list that came as a list', () => {
    expect(problemsOf({ ...deployed, KAFKA_BOOTSTRAP_SERVERS: ['a', 'b:1'] })[0]?.shape).toBe(
      'a list of 2 entries',
    )
  })

  it('leaves the addresses in a form that can be dialled', () => {
    expect(loadConfig({ ...deployed, KAFKA_BOOTSTRAP_SERVERS: '[::1]:9093' }).connection.brokers).toEqual([
      '[::1]:9093',
    ])
  })
})
