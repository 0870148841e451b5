import { describe, expect, it } from 'vitest'
import { toAddress } from '../src/email/email-address.ts'

describe('toAddress', () => {
  it.each([
    [' Desk@EXAMPLE.com ', 'Desk@example.com'],
    ['<desk@example.com>', 'desk@example.com'],
    ['desk@example.com.', 'desk@example.com'],
    ['desk@Bücher.example', 'desk@xn--bcher-kva.example'],
    ['"a@b c"@example.com', '"a@b c"@example.com'],
    ['desk@[192.0.2.7]', 'desk@[192.0.2.7]'],
    ['desk@host_name.example', 'desk@host_name.example'],
  ])('reads %s', (text, expected) => expect(toAddress(text)).toBe(expected))

  it.each([
    null,
    undefined,
    '',
    'desk',
    '@example.com',
    'desk@',
    'desk@exa mple.com',
    'de\u0000sk@example.com',
    '<>',
  ])('refuses %j', (text) => expect(toAddress(text)).toBeNull())
})
