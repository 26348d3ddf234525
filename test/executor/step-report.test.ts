import { describe, expect, test } from 'vitest'
import { redactReport, StepReport } from '../../src/executor/step-report.ts'
import { createRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'

const value = 'sk_live_4f7Qz81mXw92KdLp'
const mark = '[secret KEY]'

function told(
  write: (report: StepReport) => void,
  values: Readonly<Record<string, string>> = { KEY: value },
) {
  const redactor = createRedactor()
  const report = new StepReport(redactor)
  write(report)
  // Learned last, as a value that is protected when its line is written already.
  for (const [name, it] of Object.entries(values)) redactor.learn([name], new Sensitive(it))
  return report.redacted()
}

const linesOf = (...texts: string[]): string[] | undefined =>
  told((report) => {
    for (const it of texts) report.write('info', it)
  }).log?.lines.map(({ text }) => text)

const base64 = Buffer.from(`user:${value}`).toString('base64')
const hex = Buffer.from(value).toString('hex')

describe('a line shows no value', () => {
  test.each([
    ['as it is', `token ${value}.`, `token ${mark}.`],
    ['in base64', `Basic ${base64}`, `Basic dXNlcj${mark}`],
    ['in hexadecimal', `got ${hex}`, `got ${mark}`],
    [
      'with an escape sequence of a terminal in it',
      `a ${value.slice(0, 9)}\u001b[1;31m${value.slice(9)}`,
      `a ${mark}`,
    ],
    ['with a link of a terminal in it', `${value.slice(0, 9)}\u001b]8;;x\u0007${value.slice(9)}`, mark],
    ['with characters of no width in it', [...value].join('\u200b'), mark],
    ['with control characters in it', [...value].join('\u0000'), mark],
    ['with marks of direction in it', `${value.slice(0, 5)}\u202e${value.slice(5)}`, mark],
  ])('%s', (_words, text, shown) => {
    expect(linesOf(text)).toEqual([shown])
  })
})

describe('lines show no value that is spread over them', () => {
  const [begin, end] = [value.slice(0, 11), value.slice(11)]
  test.each([
    ['in two halves', ['first', `key ${begin}`, `${end} key`, 'last'], ['first', `key ${mark} key`, 'last']],
    ['in three parts', [value.slice(0, 8), value.slice(8, 16), value.slice(16)], [mark]],
    ['a character in each', ['a', ...value, 'z'], ['a', mark, 'z']],
    ['in base64', ['x', base64.slice(0, 16), base64.slice(16), 'y'], ['x', `dXNlcj${mark}`, 'y']],
    ['in two halves, one with colours', [`\u001b[32m${begin}\u001b[0m`, end], [mark]],
  ])('%s', (_words, texts, shown) => {
    expect(linesOf(...texts)).toEqual(shown)
  })

  test('and two of them hide what is between', () => {
    const shown = linesOf('a', begin, end, 'between', begin, end, 'z')
    expect(shown?.[0]).toBe('a')
    expect(shown?.at(-1)).toBe('z')
    expect(shown?.join('\n')).not.toContain(begin)
    expect(shown?.join('\n')).not.toContain(end)
  })
})

test('a value that can be guessed hides all that was told', () => {
  const report = told(
    (it) => {
      it.write('info', 'pin 4711 is right')
      it.write('info', 'another line')
      it.progress(3, 9)
    },
    { PIN: '4711' },
  )
  expect(report.progress).toBeNull()
  expect(report.log?.lines.map(({ text }) => text)).toEqual(['[hidden: this run used the secret PIN]'])
})

test('a line is plain text: nothing that a terminal obeys, that turns text or that is half a character', () => {
  expect(linesOf('a\u001b[2J\u001b]0;title\u0007b\u009b\u202ec\u2066d\u0007\ud800\r\ne\tf')).toEqual([
    'abcd\ufffd\ne\tf',
  ])
})

test('a line has its level, its data and its time', () => {
  const { log } = told((report) => report.write('warn', 'sent', { status: 200 }))
  expect(log).toEqual({
    lines: [{ level: 'warn', after: expect.any(Number), text: 'sent {"status":200}' }],
    leftOut: 0,
  })
})

test('of a million lines the last 200 are kept, and the others counted', () => {
  const { log } = told((report) => {
    for (let n = 1; n <= 1_000_000; n++) report.write('info', 'x')
  })
  expect(log?.lines).toHaveLength(200)
  expect(log?.leftOut).toBe(1_000_000 - 200)
})

test('long lines leave less room for others, and one that is too long is left out as a whole', () => {
  const { log } = told((report) => {
    for (let n = 1; n <= 100; n++) report.write('info', `${n} ${'x'.repeat(8000)}`)
    report.write('info', `${'y'.repeat(10_000)}${value}`)
  })
  expect(log?.lines.map(({ text }) => text.slice(0, 12))).toEqual([
    '97 xxxxxxxxx',
    '98 xxxxxxxxx',
    '99 xxxxxxxxx',
    '100 xxxxxxxx',
    'A line of 10',
  ])
  expect(log?.lines.every(({ text }) => text.length <= 2001)).toBe(true)
})

test('a value at the place where a line is cut leaves no half', () => {
  const [line] = linesOf(`${'x'.repeat(1990)} ${value} and more`) ?? []
  expect(line).not.toContain(value.slice(0, 6))
})

test.each([
  ['NaN', [Number.NaN, 3], null],
  ['less than nothing', [-1, 3], null],
  ['infinite', [Number.POSITIVE_INFINITY], null],
  ['no number', ['5', 9], null],
  ['beyond what numbers count', [1e308, Number.POSITIVE_INFINITY], null],
  ['more than all', [12, 9], { done: 9, total: 9 }],
  ['of nothing', [5, 0], { done: 5 }],
  ['of NaN', [5, Number.NaN], { done: 5 }],
  ['in order', [3, 9], { done: 3, total: 9 }],
])('progress that is %s', (_words, amounts, shown) => {
  const report = told((it) => it.progress(...(amounts as [number, number])))
  expect(report.progress).toEqual(shown)
})

test('progress that tells a value is not shown', () => {
  const { progress } = told((report) => report.progress(7_261_948_305_117), { CARD: '7261948305117' })
  expect(progress).toBeNull()
})

test('a report is redacted once more when its run knows more', () => {
  const redactor = createRedactor()
  const report = new StepReport(redactor)
  report.write('info', `token ${value}`)
  report.write('info', 'done')
  const before = report.redacted()
  redactor.learn(['KEY'], new Sensitive(value))
  const after = redactReport(before, redactor)
  expect(after.log?.lines.map(({ text }) => text)).toEqual([`token ${mark}`, 'done'])
  expect(redactReport(after, redactor)).toEqual(after)
})
