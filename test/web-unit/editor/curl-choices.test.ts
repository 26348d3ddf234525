import { describe, expect, it } from 'vitest'
import { parseCurl } from '../../../plugins/custom-http/curl/index.ts'
import { choicesOf, fieldsFor, hasClash, isUsable, newSecrets } from '../../../web/src/editor/curl/choices.ts'

const parsed = parseCurl(
  "curl https://api.test/x -u 'ann:password-canary' -H 'X-Api-Key: key-canary-1' -H 'X-Plain: yes'",
)
const choices = choicesOf(parsed)
const named = (name: string) => choices.map((it) => ({ ...it, known: true, names: it.names.map(() => name) }))

it('the choices contain no value', () => {
  expect(choices.length).toBeGreaterThan(1)
  expect(JSON.stringify(choices)).not.toContain('canary')
})

it('secrets are added under the chosen names, existing ones are not, and references replace the values', () => {
  const all = newSecrets(parsed, choices, [])
  expect(all.map(({ value }) => value)).toEqual(expect.arrayContaining(['key-canary-1']))
  expect(all).toHaveLength(2)
  const [first] = all
  expect(newSecrets(parsed, choices, [first?.name ?? ''])).toHaveLength(all.length - 1)
  const fields = fieldsFor(parsed, choices)
  for (const { value } of all) expect(JSON.stringify(fields)).not.toContain(value)
  expect(fields).toMatchObject({ url: 'https://api.test/x', body: undefined, query: undefined })
})

it('a credential that is not selected stays unchanged', () => {
  const none = choices.map((it) => ({ ...it, replace: false }))
  expect(newSecrets(parsed, none, [])).toEqual([])
  expect(JSON.stringify(fieldsFor(parsed, none))).toContain('key-canary-1')
})

it('names are valid for secrets, and no two values share one', () => {
  expect(hasClash(parsed, choices)).toBe(false)
  expect(hasClash(parsed, named('SAME'))).toBe(true)
  expect(named('lower case').every((it) => isUsable(it, []))).toBe(false)
  expect(named('_X').every((it) => isUsable(it, []))).toBe(false)
  expect(named('OK_1').every((it) => isUsable(it, []))).toBe(true)
})

describe('the policy for secrets of a command', () => {
  const policies = (command: string, change: object = {}) => {
    const read = parseCurl(command)
    const chosen = choicesOf(read).map((it) => ({ ...it, ...change }))
    return newSecrets(read, chosen, []).map(({ policy: { hosts, places } }) => ({ hosts, places }))
  }
  const command = "curl https://api.test:8443/x -H 'X-Api-Key: key-canary-1'"

  it('has the host of the command, unless any host is chosen', () => {
    expect(policies(command)).toEqual([{ hosts: ['api.test:8443'], places: [] }])
    expect(policies(command, { bound: false })).toEqual([{ hosts: [], places: [] }])
    expect(policies(command.replace('https', 'http'))).toEqual([
      { hosts: ['http://api.test:8443'], places: [] },
    ])
  })

  it.each([
    ["-H 'X-Api-Key: key-canary-1'", 'header:x-api-key'],
    ["-u 'ann:password-canary'", 'header:authorization'],
    ['-G -d a=1 -d api%5Fkey=key-canary-1', 'query:api_key'],
    ['-d password=key-canary-1', 'body'],
    [`-H 'Content-Type: application/json' -d '{"password":"key-canary-1"}'`, 'body'],
  ])('has, if chosen, only the place of the value: %s', (options, place) => {
    const [first] = policies(`curl https://api.test/x ${options}`, { onlyInPlace: true })
    expect(first).toEqual({ hosts: ['api.test'], places: [place] })
  })

  it('has every place of a repeated value', () => {
    const twice = `${command} -d password=key-canary-1`
    const named = { names: ['SAME'], onlyInPlace: true }
    expect(policies(twice, named)).toEqual([
      { hosts: ['api.test:8443'], places: ['header:x-api-key', 'body'] },
    ])
  })
})

it('a value that cannot be stored is reported, unless its secret exists', () => {
  const [choice] = choicesOf(parseCurl(`curl https://api.test -d 'password=${'x'.repeat(65_537)}'`))
  if (!choice) throw new Error('A credential was expected.')
  expect(choice.problem).toMatch(/over 64 KiB/)
  expect(isUsable(choice, [])).toBe(false)
  expect(isUsable(choice, choice.names)).toBe(true)
  expect(isUsable({ ...choice, replace: false }, [])).toBe(true)
})

it('a guessable value needs a confirmation, unless its secret exists', () => {
  const [choice] = choicesOf(parseCurl("curl https://api.test -d 'password=Summer2026!'"))
  if (!choice) throw new Error('A credential was expected.')
  expect(choice).toMatchObject({ guessable: true, problem: undefined })
  expect(isUsable(choice, [])).toBe(false)
  expect(isUsable({ ...choice, known: true }, [])).toBe(true)
  expect(isUsable(choice, choice.names)).toBe(true)
})

it('a value of another vendor than the host gets a warning', () => {
  const token = `ghp_${'aB3'.repeat(12)}`
  const doubt = (host: string) =>
    choicesOf(parseCurl(`curl https://${host}/x -H 'Authorization: Bearer ${token}'`))[0]?.doubt
  expect(doubt('api.github.com')).toBeUndefined()
  expect(doubt('api.github.com.evil.test')).toMatch(/GitHub, whose API is at api\.github\.com/)
  expect(doubt('api.github.com.evil.test')).not.toContain(token)
})
