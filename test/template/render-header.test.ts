import fc from 'fast-check'
import { expect, test } from 'vitest'
import { render } from '../../src/template/index.ts'
import { exampleScope } from './scope.ts'

const header = (source: string, trigger: unknown = exampleScope().trigger) =>
  render(source, 'header', { ...exampleScope(), trigger }).text

test.each([
  ['', ''],
  ['Bearer {{ secrets.TOKEN }}', 'Bearer sk_live_Zq83/+"x\\y'],
  ['{{ trigger.body.items[0].id }}', '7'],
  ['{{ trigger.body.padded }}', 'x'],
  [' \t{{ trigger.body.padded }} \t', 'x'],
  ['a {{ trigger.body.empty }} b\tc', 'a  b\tc'],
  ['{{ trigger.body.items[1] }}', '{"id":8}'],
  ['{{ trigger.x | default: "caf\u00e9" }}', 'café'],
  ['→ {{ trigger.x | default: "\\u2028" }}', '→ \u2028'],
  ['{{ secrets.TRAILING | trim }}', 'token'],
  ['{{ secrets.LINES | base64 }}', 'b25lCnR3bw=='],
  ['{{ secrets.USER | basic: "pw" }}', 'Basic YWxpY2U6cHc='],
  ['Basic {{ secrets.USER | basic: "pw" }}', 'Basic YWxpY2U6cHc='],
  ['basic  {{ secrets.USER | basic: "pw" }}', 'basic  YWxpY2U6cHc='],
  ['x Basic {{ secrets.USER | basic: "pw" }}', 'x Basic Basic YWxpY2U6cHc='],
])('%j becomes %j', (source, expected) => {
  expect(header(source)).toBe(expected)
})

test.each([
  ['{{ secrets.TRAILING }}', 'secrets.TRAILING'],
  ['{{ secrets.LINES }}', 'secrets.LINES'],
  ['{{ secrets.LINES | raw }}', 'secrets.LINES'],
  ['{{ secrets.LINES | upper }}', 'secrets.LINES'],
  ['{{ trigger.body.quote }}', 'trigger.body.quote'],
  ['{{ trigger.x | default: "a\\u0000b" }}', 'trigger.x'],
  ['{{ trigger.x | default: "a\\rb" }}', 'trigger.x'],
  ['{{ trigger.x | default: "a\\u007f" }}', 'trigger.x'],
  ['{{ trigger.x | default: "\\u001b[0m" }}', 'trigger.x'],
  ['{{ trigger.x | default: "\\ud800" }}', 'trigger.x'],
  ['a\r\nX-Other: b', 'The text of this header'],
  ['a\n', 'The text of this header'],
  ['\x07', 'The text of this header'],
])('%j is refused, and the message names %s and no value', (source, named) => {
  expect(() => header(source)).toThrow(
    expect.objectContaining({
      code: 'INVALID_FIELD',
      message: expect.stringMatching(/^(?!.*(?:token|one|hi)\b)/),
    }),
  )
  expect(() => header(source)).toThrow(named)
})

test('a header contains, in UTF-8, only what RFC 9110 allows, for any value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (v) => {
      let text: string
      try {
        text = header('a{{ trigger.v }}', { v })
      } catch (error) {
        expect(error).toMatchObject({ code: 'INVALID_FIELD' })
        return
      }
      expect(text).toBe(`a${v}`.replace(/[ \t]*$/, ''))
      const bytes = Buffer.from(text).toString('latin1')
      expect(new Headers({ name: bytes }).get('name')).toBe(bytes)
    }),
    { numRuns: 1000 },
  )
})
