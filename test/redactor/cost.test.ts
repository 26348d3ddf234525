import { expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'

/** Processor time, the least of a few runs, so that other load does not count. */
function time(run: () => void): number {
  let shortest = Number.POSITIVE_INFINITY
  for (let i = 0; i < 4; i++) {
    const start = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(start)
    shortest = Math.min(shortest, user + system)
  }
  return shortest
}

const many = Object.fromEntries(
  Array.from({ length: 300 }, (_it, i) => [`KEY_${i}`, `sk_live_${(i * 7919 + 104_729).toString(36)}_${i}`]),
)

// For sixteen times the input, linear work takes about 16 times as long on a quiet machine, and quadratic work 256
// times.
const FAR_FROM_QUADRATIC = 80

test.each([
  ['a text without values', { KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc' }, 'lorem ipsum "dolor" '],
  ['a text of escapes', { KEY: `sk 'live" ö` }, '%5C%22&amp;\\u0026\\\\'],
  ['a text of nothing but values', { KEY: 'abcd' }, 'abcd'],
  ['a text of overlapping values', { KEY: 'aaaa', LONGER: 'a'.repeat(40) }, 'aaaa'],
  [
    'a long value of one letter, never complete',
    { KEY: `${'a'.repeat(20_000)}b` },
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ',
  ],
  ['a long value of one letter, nearly complete', { KEY: `${'a'.repeat(20_000)}b` }, 'a'],
  ['beginnings shared by many values', many, 'sk_live_'],
  ['backslashes', { KEY: 'ab\\cd' }, '\\'],
  ['line breaks', { KEY: 'ab cd ef' }, '\r\n '],
  ['beginnings of marks', { KEY: 'secret' }, '[secret '],
  ['marks', { KEY: 'secret' }, '[secret KEY]'],
  ['pairs of hexadecimal digits', { KEY: 'abcd' }, '61:62-'],
  ['base64 of base64', { KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc' }, 'WW1GelpUWTBJRzltSUhSbGVIUT0 '],
  ['one run of base64', { KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc' }, 'WW1GelpUWTBJRzltSUhSbGVIUT0x'],
  ['base32', { KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc' }, 'NRXXEZLNEBUXA43VNUQGI33MN5ZA '],
  ['a dump with columns', { KEY: 'abcd' }, '00000000: 6162 6364 6566  abcdef\n'],
  ['quoted-printable', { KEY: 'ab=cd' }, '=61=\n'],
  ['percent in percent', { KEY: 'ab%cd' }, '%252525'],
  ['zero bytes', { KEY: 'abcd' }, 'a\0'],
  ['percent signs', { KEY: 'a%25b' }, '%25'],
  ['leading zeros of references', { KEY: 'abcd' }, '&#0000000'],
])('the time for sixteen times the text is far below 256 times as long: %s', (_what, secrets, unit) => {
  const redactor = redactorOf(secrets)
  const text = unit.repeat(Math.ceil(8000 / unit.length))
  const longer = unit.repeat(Math.ceil(128_000 / unit.length))
  redactor.text(longer)
  expect(time(() => redactor.text(longer)) / time(() => redactor.text(text))).toBeLessThan(FAR_FROM_QUADRATIC)
})

test('the time for a text longer than a piece of the search grows linearly', () => {
  const redactor = redactorOf({ KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc' })
  const text = 'lorem ipsum sk_live_ dolor "sit" amet '.repeat(2000)
  const longer = text.repeat(16)
  redactor.text(longer)
  expect(time(() => redactor.text(longer)) / time(() => redactor.text(text))).toBeLessThan(FAR_FROM_QUADRATIC)
})

test('three hundred values take at most a few times as long as one', () => {
  const text = 'lorem ipsum sk_live_ dolor "sit" amet '.repeat(10_000)
  const one = redactorOf({ KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc' })
  const all = redactorOf(many)
  one.text(text)
  all.text(text)
  expect(time(() => all.text(text)) / time(() => one.text(text))).toBeLessThan(30)
})

test('the time to learn a value grows linearly up to 64 KiB', () => {
  const value = (length: number): string =>
    Array.from({ length }, (_it, i) => ((i * 7919) % 36).toString(36)).join('')
  const learn = (length: number, count: number) => (): void => {
    for (let i = 0; i < count; i++) redactorOf({ KEY: `${i}${value(length)}` }).text('some text')
  }
  learn(1024, 64)()
  expect(time(learn(65_536, 1)) / time(learn(1024, 64))).toBeLessThan(30)
})

test.each([
  ['lines', (it: string, i: number) => `${it}${i}\n`],
  ['a .env', (it: string, i: number) => `KEY_${i}=${it}${i}\n`],
  ['JSON', (it: string, i: number) => `${i === 0 ? '[' : ','}{"key":"${it}${i}"}`],
])('the time to learn a value with many parts grows linearly: %s', (_what, part) => {
  const value = (count: number): string =>
    Array.from({ length: count }, (_it, i) => part('x9Yz8Wv7Ut6Sr5Qp', i)).join('')
  const learn = (count: number, times: number) => (): void => {
    for (let i = 0; i < times; i++) redactorOf({ KEY: `${value(count)}]` }).text('some text')
  }
  learn(100, 10)()
  expect(time(learn(1600, 1)) / time(learn(100, 10))).toBeLessThan(30)
})

test('a stream of single characters inside a long beginning of a value takes linear time', () => {
  const redactor = redactorOf({ KEY: `${'ab'.repeat(20_000)}c` })
  const feed = (length: number) => (): void => {
    const writer = redactor.stream().writable.getWriter()
    for (let i = 0; i < length; i++) void writer.write(i % 2 === 0 ? 'a' : 'b').catch(() => undefined)
  }
  feed(2000)()
  expect(time(feed(32_000)) / time(feed(2000))).toBeLessThan(FAR_FROM_QUADRATIC)
})
