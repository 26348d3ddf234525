import { describe, expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'

const value = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc'
const text = `the key is ${value}, do not tell`

const hex = (code: number): string => code.toString(16).padStart(2, '0')
const shown = (bytes: Buffer): string => bytes.toString('latin1').replaceAll(/[^ -~]/g, '.')

/** Lines of sixteen bytes after an offset. */
function lines(write: (bytes: Buffer, at: number) => string): string {
  const bytes = Buffer.from(text)
  const all: string[] = []
  for (let at = 0; at < bytes.length; at += 16) all.push(write(bytes.subarray(at, at + 16), at))
  return `${all.join('\n')}\n`
}

/** Words of a little-endian machine. */
function words(bytes: Buffer, write: (word: number) => string): string {
  const all: string[] = []
  for (let at = 0; at < bytes.length; at += 2) all.push(write((bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0)))
  return all.join(' ')
}

const offset = (at: number, digits: number, base: number): string => at.toString(base).padStart(digits, '0')
const escaped = (code: number): string =>
  code === 10
    ? '  \\n'
    : code < 32
      ? ` ${code.toString(8).padStart(3, '0')}`
      : `   ${String.fromCharCode(code)}`

const dumps: Record<string, () => string> = {
  xxd: () =>
    lines((it, at) => {
      const groups = (it.toString('hex').match(/.{1,4}/g) ?? []).join(' ')
      return `${offset(at, 8, 16)}: ${groups.padEnd(40)} ${shown(it)}`
    }),
  'xxd -p': () => lines((it) => it.toString('hex')),
  'xxd -i': () => lines((it) => `  ${[...it].map((code) => `0x${hex(code)}`).join(', ')},`),
  'hexdump -C': () =>
    lines((it, at) => {
      const half = (part: Buffer): string => [...part].map(hex).join(' ')
      const groups = `${half(it.subarray(0, 8))}  ${half(it.subarray(8))}`
      return `${offset(at, 8, 16)}  ${groups.padEnd(48)}  |${shown(it)}|`
    }),
  hexdump: () =>
    lines((it, at) => `${offset(at, 7, 16)} ${words(it, (word) => word.toString(16).padStart(4, '0'))}`),
  od: () =>
    lines((it, at) => `${offset(at, 7, 8)} ${words(it, (word) => word.toString(8).padStart(6, '0'))}`),
  'od -b': () =>
    lines(
      (it, at) => `${offset(at, 7, 8)} ${[...it].map((code) => code.toString(8).padStart(3, '0')).join(' ')}`,
    ),
  'od -c': () => lines((it, at) => `${offset(at, 7, 8)}${[...it].map(escaped).join('')}`),
  'od -t x1': () => lines((it, at) => `${offset(at, 7, 8)} ${[...it].map(hex).join(' ')}`),
  'od -An -t x1': () => lines((it) => ` ${[...it].map(hex).join(' ')}`),
}

describe('a value in a dump is masked', () => {
  test.each(Object.keys(dumps))('%s', (how) => {
    const dump = dumps[how]?.() ?? ''
    const redactor = redactorOf({ KEY: value })
    expect(redactor.find(dump)).toEqual(['KEY'])
    const redacted = redactor.text(`$ dump\n${dump}$`)
    expect(redacted).toMatch(/^\$ dump\n[\s\S]*\[secret KEY\][\s\S]*\$$/)
    for (const part of ['sk_live', '4eC39Hq', 'rjtT1zd']) {
      for (const byte of [
        part,
        Buffer.from(part).toString('hex'),
        [...Buffer.from(part)].map(hex).join(' '),
      ]) {
        expect(redacted).not.toContain(byte)
      }
    }
    expect(redactor.find(JSON.stringify({ output: dump }))).toEqual(['KEY'])
  })

  test('and so is an encoded value in a dump', () => {
    const redactor = redactorOf({ KEY: value })
    const base64 = Buffer.from(`:${value}`).toString('base64').replaceAll(/.{16}/g, '$&\n').trim().split('\n')
    const dump = base64.map(
      (it, line) => `${offset(line * 16, 8, 16)}  ${[...Buffer.from(it)].map(hex).join(' ')}`,
    )
    expect(redactor.find(dump.join('\n'))).toEqual(['KEY'])
  })

  test('dumps without a value are unchanged', () => {
    const other = redactorOf({ KEY: 'sk_live_anotherValue' })
    for (const dump of Object.values(dumps)) expect(other.text(dump())).toBe(dump())
  })
})
