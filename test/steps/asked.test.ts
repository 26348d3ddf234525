import { describe, expect, test } from 'vitest'
import { askedType } from '../../src/steps/asked.ts'
import { summaryLine } from '../../src/steps/form/summary.ts'
import { createRegistry, defineStep, field, type StepType } from '../../src/steps/index.ts'
import { leakTest, testStep } from '../../src/steps/testing/index.ts'

const fields = {
  token: field.text({ label: 'Token', required: true, secrets: true }),
  to: field.text({ label: 'To', required: true }),
  copy: field.text({ label: 'Copy', defaultFrom: 'to' }),
  url: field.url({ label: 'URL', secrets: true }),
}
const asks = (more: Partial<StepType> = {}): StepType => ({
  ...defineStep({
    ...{ type: 'asks', title: 'Asks', description: 'Asks.', output: {} },
    fields,
    choices: {
      to: ({ token }) => [{ value: 'a', label: `A of ${token ? 'somebody' : 'nobody'}` }, { value: 'b' }],
    },
    check: () => 'It works.',
    run: ({ to, copy }) => ({ to, copy: copy ?? null }),
  }),
  ...more,
})
const token = { token: '{{ secrets.TOKEN }}' }
const secrets = { TOKEN: 'a-token-that-nobody-sees-4711' }

test('a form asks with what it has so far, and the step does not do its work', async () => {
  const run = () => {
    throw new Error('it worked')
  }
  const choices = await testStep(asks({ run }), { fields: token, secrets, ask: { choices: 'to' } })
  expect(choices.error).toBeUndefined()
  expect(choices.output).toEqual([
    { value: 'a', label: 'A of somebody' },
    { value: 'b', label: 'b' },
  ])
  const checked = await testStep(asks({ run }), { fields: {}, ask: { check: true } })
  expect(checked.output).toBe('It works.')
})

test.each([
  ['more than anybody looks through', { length: 600 }, 500],
  ['a few', { length: 3 }, 3],
])('of %s, a form gets what it can show', async (_what, { length }, shown) => {
  const many = Array.from({ length }, (_, at) => ({ value: `v${at}`, label: 'x'.repeat(1000) }))
  const { output } = await testStep(asks({ choices: { to: () => many } }), {
    fields: {},
    ask: { choices: 'to' },
  })
  expect(output).toHaveLength(shown)
  expect((output as { label: string }[])[0]?.label).toHaveLength(200)
})

test.each<[string, unknown]>([
  ['no list', 'a'],
  ['a choice that is none', [null]],
  ['a value that is no text', [{ value: 1 }]],
  ['a value that is too long', [{ value: 'x'.repeat(201) }]],
])('%s ends in words', async (_what, given) => {
  const { error } = await testStep(asks({ choices: { to: () => given } }), {
    fields: {},
    ask: { choices: 'to' },
  })
  expect(error).toMatchObject({
    code: 'STEP_FAILED',
    message: expect.stringMatching(/^The step type gave back/),
  })
})

test('what a step type does not have cannot be asked', () => {
  const { check, choices, ...rest } = asks()
  expect(() => askedType(rest, { check: true })).toThrow(/has no connection to test/)
  expect(() => askedType(asks(), { choices: 'token' })).toThrow(/has no choices for the field "token"/)
  expect(() => askedType(asks(), { choices: 'constructor' })).toThrow(/has no choices/)
})

test('values in choices and in a check are redacted, and the leak test finds them', async () => {
  const leaking = asks({
    choices: { to: (input) => [{ value: String((input['token'] as { reveal(): string }).reveal()) }] },
    check: (input) => `with ${(input['token'] as { reveal(): string }).reveal()}`,
  })
  for (const ask of [{ choices: 'to' }, { check: true }] as const) {
    const { output } = await testStep(leaking, { fields: token, secrets, ask })
    expect(JSON.stringify(output)).toContain('[secret TOKEN]')
    expect(JSON.stringify(output)).not.toContain(secrets.TOKEN)
    await expect(leakTest(leaking, [{ name: 'asks', fields: token, ask }])).rejects.toThrow(/leaks/)
  }
  await leakTest(asks(), [{ name: 'asks', fields: token, ask: { choices: 'to' } }])
})

test('a secret goes only where its policy says, also when a form asks', async () => {
  const asking = asks({
    destinations: () => ['https://elsewhere.example.com'],
    check: () => 'It works.',
  })
  const allowedHosts = { TOKEN: ['api.example.com'] }
  const { error } = await testStep(asking, { fields: token, secrets, allowedHosts, ask: { check: true } })
  expect(error?.code).toBe('DESTINATION_NOT_ALLOWED')
})

test('a field has the content of another one while it has none', async () => {
  const given = async (more: object) =>
    (await testStep(asks(), { fields: { ...token, to: 'ann', ...more }, secrets })).output
  expect(await given({})).toEqual({ to: 'ann', copy: 'ann' })
  expect(await given({ copy: 'bob' })).toEqual({ to: 'ann', copy: 'bob' })
})

test.each([
  [{ icon: 'rocket' }, /icon must be api, bell/],
  [{ summary: '{too}' }, /summary: names no field "too"/],
  [{ summary: 'with {token}' }, /summary: names the field "token", which takes secrets/],
  [{ summary: '' }, /summary: must be a text/],
  [{ check: 'yes' }, /check must be a function/],
  [{ choices: { token: () => [] } }, /only a text without secrets has choices/],
  [{ choices: { gone: () => [] } }, /choices: names no field "gone"/],
  [{ choices: [] }, /must be an object of functions/],
  [
    { fields: { ...fields, copy: field.text({ label: 'C', defaultFrom: 'token' }) } },
    /neither may take secrets/,
  ],
  [
    { fields: { ...fields, copy: field.text({ label: 'C', defaultFrom: 'copy' }) } },
    /another field of the same kind/,
  ],
  [{ fields: { ...fields, copy: { ...field.text({ label: 'C' }), group: '' } } }, /group must be a text/],
])('the definition %j is refused', (wrong, reason) => {
  expect(() => createRegistry([{ ...asks(), ...(wrong as object) }])).toThrow(reason)
})

describe('the line about a step', () => {
  const known = [
    { name: 'method', kind: 'choice', acceptsSecrets: false, default: 'GET' },
    { name: 'url', kind: 'url', acceptsSecrets: true },
    { name: 'server', kind: 'url', acceptsSecrets: false },
    { name: 'token', kind: 'text', acceptsSecrets: true },
  ]
  test.each([
    [{ method: 'POST', url: 'https://api.example.com/v1/x?y=z' }, 'POST api.example.com/… '],
    [{ url: 'https://ann:pw@api.example.com' }, 'GET api.example.com '],
    [{ url: '{{ secrets.URL }}', server: 'https://a.example.com/b?c' }, 'GET a.example.com/b'],
    [{ url: 'https://{{ secrets.TENANT }}.example.com/hook/value-4711' }, 'GET ….example.com/…'],
    [{ token: 'a-value-that-somebody-pasted' }, 'GET'],
  ])('of %j is %s', (values, line) => {
    expect(summaryLine('{method} {url} {server} {token} {gone}', known, values)).toBe(line.trim())
  })
})
