import type { LogFields, Logger } from '@headwater/base'
import { describe, expect, it } from 'vitest'
import { kafkajsLogger } from '../../src/link/kafkajs-logger.ts'

describe('kafkajsLogger', () => {
  const lines: [string, LogFields, string][] = []
  const at = (level: string) => (fields: LogFields, message: string) =>
    void lines.push([level, fields, message])
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  let echo = false
  const bridged = kafkajsLogger(logger, () => echo).namespace()

  it('passes warnings and errors on as debug lines, without answers, stacks and addresses of theirs', () => {
    const data = { authBytes: Buffer.from('n,,n=me,r=secret') }
    bridged.error('Response SaslAuthenticate', {
      broker: '10.0.0.1:9092',
      clientId: 'me',
      error: 'refused',
      correlationId: 1,
      size: 2,
      data,
      payload: data.authBytes,
      stack: 'x',
    })
    bridged.warn('Response without match')
    expect(lines.splice(0)).toEqual([
      [
        'debug',
        { kafkajs: 'error', error: 'refused', correlationId: 1, size: 2 },
        'Response SaslAuthenticate',
      ],
      ['debug', { kafkajs: 'warn' }, 'Response without match'],
    ])
  })

  it('drops what only repeats how the connection ended', () => {
    echo = true
    bridged.error('Connection error: reset')
    echo = false
    expect(lines).toEqual([])
  })

  it('drops what it says of each request', () => {
    bridged.debug('Request Produce', { correlationId: 1 })
    bridged.info('x', {})
    expect(lines).toEqual([])
  })
})
