import { expect, it } from 'vitest'
import { parseCurl } from '../../../plugins/custom-http/curl/index.ts'
import { choicesOf, fieldsFor, hasClash, isUsable, newSecrets } from '../../../web/src/editor/curl/choices.ts'

const parsed = parseCurl(
  "curl https://api.test/x -u 'ann:password-canary' -H 'X-Api-Key: key-canary-1' -H 'X-Plain: yes'",
)
const choices = choicesOf(parsed)
const named = (name: string) => choices.map((it) => ({ ...it, names: it.names.map(() => name) }))

it('what is chosen holds no value', () => {
  expect(choices.length).toBeGreaterThan(1)
  expect(JSON.stringify(choices)).not.toContain('canary')
})

it('secrets are added under the chosen names, but those that exist, and references take their places', () => {
  const all = newSecrets(parsed, choices, [])
  expect(all.map(({ value }) => value)).toEqual(expect.arrayContaining(['key-canary-1']))
  expect(all).toHaveLength(2)
  const [first] = all
  expect(newSecrets(parsed, choices, [first?.name ?? ''])).toHaveLength(all.length - 1)
  const fields = fieldsFor(parsed, choices)
  for (const { value } of all) expect(JSON.stringify(fields)).not.toContain(value)
  expect(fields).toMatchObject({ url: 'https://api.test/x', body: undefined, query: undefined })
})

it('what is not to be replaced stays as it is', () => {
  const none = choices.map((it) => ({ ...it, replace: false }))
  expect(newSecrets(parsed, none, [])).toEqual([])
  expect(JSON.stringify(fieldsFor(parsed, none))).toContain('key-canary-1')
})

it('names are those of secrets, and no two values share one', () => {
  expect(hasClash(parsed, choices)).toBe(false)
  expect(hasClash(parsed, named('SAME'))).toBe(true)
  expect(named('lower case').every(isUsable)).toBe(false)
  expect(named('_X').every(isUsable)).toBe(false)
  expect(named('OK_1').every(isUsable)).toBe(true)
})
