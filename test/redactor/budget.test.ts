import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { redactorOf } from './encodings.ts'
import { through } from './through.ts'

const VALUE = `p&ss w'örd \\\\ y+z% über $h;l?`
const HIDDEN = '[hidden: too many encodings to search]'
/** Hints at every kind of encoding that such a value is searched behind. */
const escapes = (count: number): string =>
  Array.from({ length: count }, (_it, i) => `%41 \\x42 &#67; =44\n '\\'' + ü ${i}\n `).join('')
const attached = Buffer.from('Dear customer, this is a text that was attached. '.repeat(60)).toString(
  'base64',
)

const everyByte = (text: string, before: string): string =>
  [...Buffer.from(text)].map((it) => before + it.toString(16).padStart(2, '0')).join('')
const encodings = {
  base64: (text: string) => Buffer.from(text).toString('base64'),
  hex: (text: string) => Buffer.from(text).toString('hex'),
  percent: (text: string) => everyByte(text, '%'),
  'escapes of bytes': (text: string) => everyByte(text, '\\x'),
  references: (text: string) => [...text].map((it) => `&#${it.codePointAt(0)};`).join(''),
}

describe('a value that is encoded twice is masked beside a text of escapes and a long run of base64', () => {
  const outside = ['base64', 'hex'] as const
  const inside = ['base64', 'percent', 'escapes of bytes', 'references'] as const
  const pairs = outside.flatMap((outer) => inside.map((inner) => [outer, inner] as const))
  test.each(pairs)('%s of %s', (outer, inner) => {
    const encoded = encodings[outer](encodings[inner](VALUE))
    const text = `${attached} ${escapes(2)}"${encoded}" ${escapes(1)}`
    const redactor = redactorOf({ KEY: VALUE })
    expect(redactor.text(text)).toBe(`${attached} ${escapes(2)}"[secret KEY]" ${escapes(1)}`)
    expect(redactor.find(text)).toEqual(['KEY'])
  })
})

describe('a text with more encodings than can be read', () => {
  const { base64, hex, percent } = encodings
  const secrets = { KEY: VALUE, OTHER: 'hunter2hunter2' }
  /** Every pair and triple of decodings gives another text. */
  const mixed = Array.from({ length: 60 }, (_it, i) =>
    [`%2541 %5Cx42${i}`, `\\x2541 \\\\x26#67;`, `&#37;41 =2541 ='\\''`, `=5Cx42 + ü\n =26#67;`].join(' '),
  ).join('\n ')

  test('is hidden whole, wherever a value stands in it, and every secret may be in it', () => {
    const redactor = redactorOf(secrets)
    for (const text of [mixed, `${mixed}${base64(hex(percent(VALUE)))}`, `${base64(VALUE)} ${mixed}`]) {
      expect(redactor.text(text)).toBe(HIDDEN)
      expect(redactor.find(text)).toEqual(['KEY', 'OTHER'])
      expect(redactor.text(HIDDEN)).toBe(HIDDEN)
    }
  })

  test('hides what follows in a stream too, because a value may go on there', async () => {
    const encoded = base64(hex(VALUE))
    const chunks = ['before ', `${mixed.repeat(2)} ${encoded.slice(0, 40)}`, `${encoded.slice(40)} after`]
    const given = await through(redactorOf(secrets).stream(), chunks)
    expect(given.join('')).not.toContain(encoded.slice(0, 30))
    expect(given.join('')).not.toContain(encoded.slice(50, 80))
    expect(given.join('')).toContain(HIDDEN)
  })
})

test('an ordinary text is not hidden, however long it is', () => {
  const redactor = redactorOf({ KEY: VALUE })
  const documents = readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((it) => `docs/${it}`)
  const files = [...documents.filter((it) => /\.(?:md|svg)$/.test(it)), 'package-lock.json', 'schema.graphql']
  expect(files.length).toBeGreaterThan(20)
  for (const file of files) {
    const text = readFileSync(file, 'utf8')
    for (const it of [text, JSON.stringify({ text })]) expect(redactor.find(it), file).toEqual([])
  }
})
