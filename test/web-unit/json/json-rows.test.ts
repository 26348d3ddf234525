import { describe, expect, it } from 'vitest'
import { expandableIds, type JsonRow, jsonRows, openAtFirst } from '../../../web/src/json/json-rows.ts'

const shown = (rows: readonly JsonRow[]) =>
  rows.map(({ level, name, content }) => {
    const text = 'text' in content ? content.text : `${content.kind} ${content.size}`
    return `${' '.repeat(level - 1)}${name === undefined ? '' : `${name}: `}${text}`
  })

describe('the rows of a JSON tree', () => {
  const value = { status: 200, body: { items: ['a', null], empty: {} } }

  it('are those that are open, without anything below closed ones', () => {
    expect(shown(jsonRows(value, new Set(['$'])))).toEqual(['object 2', ' status: 200', ' body: object 2'])
    expect(shown(jsonRows(value, openAtFirst(value)))).toEqual([
      'object 2',
      ' status: 200',
      ' body: object 2',
      '  items: list 2',
      '   0: a',
      '   1: null',
      '  empty: object 0',
    ])
  })

  it('have their position among their siblings', () => {
    const row = jsonRows(value, openAtFirst(value)).find(({ name }) => name === 1)
    expect(row).toMatchObject({ parent: '$/body/items', level: 4, position: 2, siblings: 2 })
  })

  it('distinguish keys that contain the separators of ids', () => {
    const rows = jsonRows(
      { 'a/b': { c: 1 }, a: { 'b/c': 2 }, 'a~1b': { c: 3 } },
      new Set(['$', '$/a', '$/a~1b', '$/a~01b']),
    )
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  })

  it('of a large tree are open only at its first level', () => {
    const large = { rows: Array.from({ length: 5000 }, (_, id) => ({ id })) }
    expect(openAtFirst(large)).toEqual(new Set(['$']))
    expect(expandableIds(large, 10_002)?.size).toBe(5002)
  })

  it('split a long text completely, but never inside a mark or a character', () => {
    const line = `${'x'.repeat(115)}[secret STRIPE_API_KEY]${'y'.repeat(96)}${'😀'.repeat(100)}`
    const text = `${line}\nsecond line`
    const pieces = jsonRows(text, new Set(['$'])).slice(1)
    const texts = pieces.map(({ content }) => ('text' in content ? content.text : ''))
    expect(texts.slice(0, -1).join('')).toBe(line)
    expect(texts.at(-1)).toBe('second line')
    expect(texts.filter((it) => it.includes('[secret STRIPE_API_KEY]'))).toHaveLength(1)
    expect(texts.every((it) => it.isWellFormed())).toBe(true)
    expect(Math.max(...texts.map((it) => it.length))).toBeLessThan(160)
  })

  it('are not split inside a mark without a name either', () => {
    const pieces = jsonRows(`${'x'.repeat(115)}[secret]${'y'.repeat(50)}`, new Set(['$'])).slice(1)
    expect(pieces.map(({ content }) => 'text' in content && content.text.length)).toEqual([123, 50])
  })
})
