import { describe, expect, it } from 'vitest'
import { parse } from '../../../src/template/index.ts'
import { chipLabel, piecesOf } from '../../../web/src/editor/template/pieces.ts'

const seen = (source: string) =>
  piecesOf(source).map(({ kind, start, end }) => [kind, source.slice(start, end)])

describe('the expressions of a text that is being edited', () => {
  it.each([
    'no expression',
    '{{ trigger }}',
    'a{{trigger.body.x}}b{{ secrets.A | basic: secrets.B }}c',
    '\\{{ not one }} and {{ trigger }}',
    '{{ trigger }}\\{{ literal',
    '{{ trigger["a }} b"] }}',
    '{{ trigger | default: "}}" }}{{ secrets.X }}',
    '{{\n trigger\n}}',
  ])('are those that the parser finds: %j', (source) => {
    const parsed = parse(source).filter(({ kind }) => kind === 'expression')
    expect(piecesOf(source)).toEqual(parsed)
  })

  it('stay if another one is invalid', () => {
    expect(seen('{{ secrets.A }} {{ nothing.here }} {{ trigger.b }}')).toEqual([
      ['expression', '{{ secrets.A }}'],
      ['broken', '{{ nothing.here }}'],
      ['expression', '{{ trigger.b }}'],
    ])
    expect(seen('a {{ sec\nnext {{ trigger }}')).toEqual([
      ['broken', '{{ sec'],
      ['expression', '{{ trigger }}'],
    ])
    expect(seen('{{ {{ trigger }}')).toEqual([
      ['broken', '{{ '],
      ['expression', '{{ trigger }}'],
    ])
  })

  it('have an error without a position if they are invalid', () => {
    const [piece] = piecesOf('{{ secret.A }}')
    expect(piece).toMatchObject({
      message: 'A path begins with secrets, trigger or steps, not with "secret".',
    })
    expect(piecesOf('{{ trigger')[0]).toMatchObject({ message: expect.stringContaining('is not closed') })
    expect(piecesOf('{{')).toMatchObject([{ kind: 'broken', start: 0, end: 2 }])
  })

  it.each([
    ['{{ secrets.STRIPE_KEY }}', 'STRIPE_KEY'],
    ['{{ trigger.body.items[0].id }}', 'trigger.body.items[0].id'],
    ['{{ steps.lookup.output.body["a b"] | upper }}', 'lookup.body["a b"] | upper'],
    ['{{ steps.lookup.output }}', 'lookup (output)'],
    ['x{{ secrets.USER | basic: secrets.PASSWORD }}', 'USER | basic: secrets.PASSWORD'],
  ])('have a short label: %s', (source, label) => {
    const [piece] = piecesOf(source)
    if (piece?.kind !== 'expression') throw new Error('no expression')
    expect(chipLabel(piece.expression, source)).toBe(label)
  })
})
