import { describe, expect, test } from 'vitest'
import { createRedactor, type Redactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { through } from './through.ts'

const HIDDEN = '[hidden: this run used the secret PIN]'

function redactorWith(secrets: Record<string, string>): Redactor {
  const redactor = createRedactor()
  for (const [name, value] of Object.entries(secrets)) redactor.learn([name], new Sensitive(value))
  return redactor
}

describe('once a run has learned a guessable value', () => {
  const redactor = redactorWith({ KEY: 'sk_live_4eC39HqLyjWD', PIN: '4711', CODE: '0815' })

  test.each([
    ['a right guess', '4711'],
    ['a wrong guess', '4712'],
    ['nothing', ''],
    ['another secret', 'sk_live_4eC39HqLyjWD'],
  ])('%s is hidden completely', (_what, input) => {
    expect(redactor.text(input)).toBe(HIDDEN)
    expect(redactor.data(input)).toBe(HIDDEN)
    expect(redactor.data({ [input]: [input] })).toBe(HIDDEN)
    expect(redactor.data(new Error(input))).toBe(HIDDEN)
    expect(Buffer.from(redactor.bytes(Buffer.from(input))).toString()).toBe(HIDDEN)
  })

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a number', 4712],
    ['a list', []],
  ])('%s without the value is hidden too, so that its absence tells nothing', (_what, input) => {
    expect(redactor.data(input)).toBe(HIDDEN)
  })

  test('a stream gives the constant text once, however much arrives', async () => {
    expect(await through(redactor.stream(), ['4711', ' and ', 'x'.repeat(10_000)])).toEqual([HIDDEN])
    const bytes = await through(redactor.byteStream(), [Buffer.from('4712')])
    expect(Buffer.concat(bytes).toString()).toBe(HIDDEN)
  })

  test('a stream that has begun stops in the middle', async () => {
    const late = redactorWith({ KEY: 'sk_live_4eC39HqLyjWD' })
    const stream = late.stream()
    const writer = stream.writable.getWriter()
    const output: string[] = []
    const reading = stream.readable.pipeTo(new WritableStream({ write: (it) => void output.push(it) }))
    await writer.write('a'.repeat(1000))
    late.learn(['PIN'], new Sensitive('4711'))
    await writer.write('4711'.repeat(100))
    await writer.close()
    await reading
    expect(output.join('')).toMatch(/^a{800,999}\[hidden: this run used the secret PIN\]$/)
  })

  test('every guess is found, right or wrong, so that no refusal tells them apart', () => {
    for (const guess of ['4711', '4712', '', 'x']) expect(redactor.find(guess)).toEqual(['PIN', 'CODE'])
    expect(redactor.find(Buffer.from('sk_live_4eC39HqLyjWD'))).toEqual(['KEY', 'PIN', 'CODE'])
  })

  test('the constant text names only the first such secret, whatever else is learned', () => {
    const later = redactorWith({ PIN: '4711' })
    later.learn(['KEY', 'PIN'], new Sensitive('sk_l'))
    expect(later.text('x')).toBe(HIDDEN)
  })
})

test('before a guessable value is learned, values are masked in place', () => {
  const redactor = redactorWith({ KEY: 'sk_live_4eC39HqLyjWD' })
  expect(redactor.text('a sk_live_4eC39HqLyjWD 4711')).toBe('a [secret KEY] 4711')
  redactor.learn(['PIN'], new Sensitive('4711'))
  expect(redactor.text('a sk_live_4eC39HqLyjWD 4711')).toBe(HIDDEN)
})

test.each([
  'admin:12345678',
  '{"pin":12345678,"user":"password"}',
  'postgres://u:password@db.example.com/shop',
])('a guessable part hides nothing: %s', (value) => {
  const redactor = redactorWith({ KEY: value })
  expect(redactor.text('an ordinary text')).toBe('an ordinary text')
  expect(redactor.find('an ordinary text')).toEqual([])
})

test('values under four characters are not learned', () => {
  const redactor = redactorWith({ PIN: '471' })
  expect(redactor.text('471')).toBe('471')
  expect(redactor.find('471')).toEqual([])
})

test('a reader who knows the values can have them masked in place', () => {
  const redactor = createRedactor({ inPlace: true })
  redactor.learn(['PIN'], new Sensitive('4711'))
  expect(redactor.data(['4711', '4712'])).toEqual(['[secret PIN]', '4712'])
  expect(redactor.find('4712')).toEqual([])
})
