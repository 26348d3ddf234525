import { expect, test } from 'vitest'
import { parseJson } from '../../src/exact-json.ts'
import { createRegistry, defineStep, field, type StepType } from '../../src/steps/index.ts'
import { migrateSteps, upToDate } from '../../src/steps/versions.ts'

const named = { title: 'Sample', description: 'A sample.', output: {}, run: () => null }
const fields = {
  server: field.url({ label: 'Server' }),
  token: field.text({ label: 'Token', secrets: true }),
  headers: field.pairs({ label: 'Headers', secrets: true }),
}
const second = (more: Partial<StepType> = {}): StepType => ({
  ...defineStep({
    ...named,
    type: 'sample',
    version: 2,
    fields,
    migrate: ({ host, apiKey, ...rest }) => ({ ...rest, server: host, token: apiKey }),
  }),
  ...more,
})
const saved = (written: Record<string, unknown>, version?: number) => ({
  ...{ key: 'one', type: 'sample', fields: written },
  ...(version !== undefined && { version }),
})

test('a step of the installed version is given back as it is', async () => {
  const step = saved({ server: 'https://a.example' }, 2)
  expect(await upToDate(second(), step)).toBe(step)
})

test('a step without a version is of the first, and gets the fields of the installed version', async () => {
  const from: number[] = []
  const migrate = (written: Record<string, unknown>, version: number) => {
    from.push(version)
    written['server'] = written['host']
    delete written['host']
    return written
  }
  const step = saved({ host: 'https://a.example', more: parseJson('1.10') })
  const made = await upToDate(second({ migrate }), step)
  expect(JSON.stringify(made)).toBe(
    '{"key":"one","type":"sample","fields":{"more":1.10,"server":"https://a.example"},"version":2}',
  )
  expect(from).toEqual([1])
  expect(step.fields).toHaveProperty('host', 'https://a.example')
})

test('a step of a newer version than the installed one is refused in words', async () => {
  await expect(upToDate(second(), saved({}, 3))).rejects.toMatchObject({
    code: 'UNKNOWN_STEP_TYPE',
    message:
      'Step "one" was saved with version 3 of the step type "sample", and version 2 is installed. Install a newer version of its plugin.',
    at: { step: 'one' },
  })
})

test.each([
  [
    'throws',
    () => {
      throw new Error('no field Bearer-4711')
    },
  ],
  ['gives back nothing', () => undefined],
  ['gives back a list', () => []],
  ['gives back what JSON cannot hold', () => ({ token: 1n })],
])('a migration that %s is refused without its own words', async (_what, migrate) => {
  const broken = second({ migrate: migrate as unknown as NonNullable<StepType['migrate']> })
  await expect(upToDate(broken, saved({}))).rejects.toMatchObject({
    code: 'INVALID_FIELD',
    message:
      'Step "one": the step type "sample" could not bring its fields from version 1 to 2. Fill it in anew.',
  })
})

test.each([
  ['renames the field of a secret', { apiKey: 'Bearer {{ secrets.API_KEY }}' }, 'secrets.API_KEY'],
  ['renames the field of an earlier output', { apiKey: '{{ steps.login.output.token }}' }, 'steps.login'],
])('a migration that %s has to say so', async (_what, written, source) => {
  await expect(upToDate(second(), saved(written))).rejects.toMatchObject({
    code: 'SECRET_NOT_ALLOWED',
    message: expect.stringContaining(`puts ${source} into the field "token"`),
    at: { step: 'one', field: 'token' },
  })
  const told = second({ moves: { apiKey: ['token', 'headers'] } })
  expect((await upToDate(told, saved(written))).fields['token']).toBe(written.apiKey)
})

test('a move that is told frees no other field, and no other secret', async () => {
  const migrate = () => ({ token: '{{ secrets.OTHER }}' })
  const told = second({ migrate, moves: { apiKey: 'token' } })
  const step = saved({ apiKey: '{{ secrets.API_KEY }}', elsewhere: '{{ secrets.OTHER }}' })
  await expect(upToDate(told, step)).rejects.toMatchObject({ code: 'SECRET_NOT_ALLOWED' })
})

test('a secret may stay where it is, or be left out', async () => {
  const migrate = ({ token }: Record<string, unknown>) => ({ token })
  const step = saved({ token: '{{ secrets.TOKEN }}', gone: '{{ secrets.GONE }}' })
  expect((await upToDate(second({ migrate }), step)).fields).toEqual({ token: '{{ secrets.TOKEN }}' })
})

test('of the steps of an automation, those that cannot be brought up to date stay as they are', async () => {
  const registry = createRegistry([second()])
  const steps = [saved({ host: 'https://a.example' }), saved({ x: 1 }, 9), { ...saved({}), type: 'gone' }]
  const [first, ...rest] = await migrateSteps(registry, steps)
  expect(first).toMatchObject({ version: 2, fields: { server: 'https://a.example' } })
  expect(rest).toEqual(steps.slice(1))
})

test.each([
  [{ version: 0 }, /version must be a whole number from 1/],
  [{ version: 1.5 }, /version must be a whole number/],
  [{ version: 2, migrate: undefined }, /version is 2, so it needs migrate/],
  [{ version: 1 }, /mean nothing in version 1/],
  [{ migrate: 'x' }, /migrate must be a function/],
  [{ moves: { apiKey: 'tokn' } }, /moves: names no field "tokn"\. Did you mean "token"/],
  [{ moves: { apiKey: 'server' } }, /moves: names the field "server", which takes no secrets/],
  [{ moves: 'token' }, /moves: must be an object/],
])('the definition %j is refused', (wrong, reason) => {
  expect(() => createRegistry([{ ...second(), ...(wrong as object) }])).toThrow(reason)
})

test.each([
  [{ apiKeyFile: field.text({ label: 'K' }) }, /must not end with File/],
  [{ Key: field.text({ label: 'K' }) }, /camelCase/],
  [{ rows: field.pairs({ label: 'K' }) }, /cannot be of the kind pairs/],
  [{ key: field.text({ label: 'K', alone: true, secrets: true }) }, /alone, which means nothing/],
  [{ key: { kind: 'text' } }, /its label must be/],
  [[], /config must be an object/],
])('the configuration %j is refused', (config, reason) => {
  expect(() => createRegistry([{ ...second(), config }])).toThrow(reason)
})
