import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  checkFields,
  createRegistry,
  defineStep,
  type Fields,
  field,
  type Input,
  renderFields,
  Sensitive,
  type StandardSchema,
} from '../../src/steps/index.ts'
import { noProvenance } from '../../src/template/index.ts'
import { errorOf, stepWith } from './sample-step.ts'

/**
 * A schema as any library makes one. It accepts input for which `read` returns a value, and quotes refused input.
 */
function schema<T>(read: (value: unknown) => T | undefined, path?: PropertyKey[]): StandardSchema<T> {
  const validate = (value: unknown) => {
    const read_ = read(value)
    if (read_ !== undefined) return { value: read_ }
    return { issues: [{ message: `${JSON.stringify(value)} will not do`, ...(path && { path }) }] }
  }
  return { '~standard': { version: 1, vendor: 'test', validate } }
}

const short = schema((it) => (typeof it === 'string' && it.length < 5 ? it : undefined))
const secret = 'CANARY-7f3a'
const scope = {
  secrets: new Map([['KEY', new Sensitive(secret)]]),
  trigger: { long: 'too-long', short: 'ok' },
  steps: {},
  ...noProvenance,
}
const save = (fields: Fields, raw: object) => checkFields({ key: 'k', type: stepWith(fields) }, raw)
const render = (fields: Fields, raw: object) => renderFields(stepWith(fields), raw, scope).input
const refused = (work: () => unknown) => {
  const { code, message } = errorOf(work)
  expect(code).toBe('INVALID_FIELD')
  return message
}

describe('when a step is saved', () => {
  const fields = {
    plain: field.text({ label: 'L', validate: short }),
    hidden: field.text({ label: 'L', validate: short, secrets: true }),
  }

  test("a value without a template is validated, with the schema's message", () => {
    expect(refused(() => save(fields, { plain: 'too-long' }))).toBe(
      'Step "k": field "plain": is not valid: "too-long" will not do',
    )
    save(fields, { plain: 'ok' })
  })

  test("the schema's message is hidden for a field that takes secrets", () => {
    expect(refused(() => save(fields, { hidden: secret }))).toBe(
      'Step "k": field "hidden": is not valid. Look at what the field asks for.',
    )
  })

  test('a value with a template, and an empty one, are not validated yet', () => {
    save(fields, { plain: '{{ trigger.long }}', hidden: '{{ secrets.KEY }}' })
    save(fields, { plain: '', hidden: null })
    save(fields, {})
  })

  test('a place inside the value is named', () => {
    const list = field.json({ label: 'L', validate: schema(() => undefined, ['rows', 0]) })
    const message = refused(() => save({ list }, { list: { rows: ['x'] } }))
    expect(message).toContain('is not valid at "rows"."0": ')
  })
})

describe('when a step runs', () => {
  test("the rendered value is validated, without the schema's message", () => {
    const fields = { plain: field.text({ label: 'L', validate: short }) }
    expect(render(fields, { plain: '{{ trigger.short }}' })).toEqual({ plain: 'ok' })
    const message = refused(() => render(fields, { plain: '{{ trigger.long }}' }))
    expect(message).toBe('field "plain": is not valid. Look at what the field asks for.')
  })

  test.each<[string, Fields, object]>([
    ['text', { it: field.text({ label: 'L', secrets: true, validate: short }) }, { it: '{{ secrets.KEY }}' }],
    [
      'JSON',
      { it: field.json({ label: 'L', secrets: true, validate: schema(() => undefined, [secret]) }) },
      { it: { '{{ secrets.KEY }}': '{{ secrets.KEY }}' } },
    ],
    [
      'pairs',
      { it: field.pairs({ label: 'L', secrets: true, validate: schema(() => undefined, [0, 'value']) }) },
      { it: [{ name: 'a', value: '{{ secrets.KEY }}' }] },
    ],
  ])('the value of a secret field is validated and never shown: %s', (_kind, fields, raw) => {
    const message = refused(() => render(fields, raw))
    expect(message).not.toContain('CANARY')
  })

  test('a schema sees the plain value of every kind of field that takes secrets', () => {
    const seen: unknown[] = []
    const validate = schema((value) => seen.push(value))
    const fields = {
      text: field.text({ label: 'L', secrets: true, validate }),
      json: field.json({ label: 'L', secrets: true, validate }),
      pairs: field.pairs({ label: 'L', secrets: true, validate }),
    }
    const input = render(fields, {
      text: '{{ secrets.KEY }}',
      json: { a: '{{ secrets.KEY }}' },
      pairs: [{ name: 'n', value: '{{ secrets.KEY }}' }],
    })
    expect(seen).toEqual([secret, { a: secret }, [{ name: 'n', value: secret }]])
    expect(input['text']).toBeInstanceOf(Sensitive)
    expect(input['json']).toBeInstanceOf(Sensitive)
  })

  test('a JSON field that is text now is validated as text', () => {
    const seen: unknown[] = []
    const fields = {
      asText: field.boolean({ label: 'L', default: true }),
      body: field.json({
        label: 'L',
        secrets: true,
        textWhen: { field: 'asText', is: true },
        validate: schema((value) => seen.push(value)),
      }),
    }
    render(fields, { body: '{"a": 1}' })
    render(fields, { body: '{"a": 1}', asText: false })
    expect(seen).toEqual(['{"a": 1}', { a: 1 }])
  })

  test('a schema that throws reveals nothing of the value', () => {
    const validate = schema((value) => {
      if (value !== undefined) throw new Error(`cannot read ${value}`)
    })
    const fields = { it: field.text({ label: 'L', secrets: true, validate }) }
    expect(refused(() => render(fields, { it: '{{ secrets.KEY }}' }))).not.toContain('CANARY')
  })
})

test("run gets the schema's output for JSON, with its type", () => {
  const count = schema((it) => (typeof it === 'object' ? { count: 1 } : undefined))
  const fields = {
    json: field.json({ label: 'L', required: true, validate: count }),
    secretJson: field.json({ label: 'L', required: true, secrets: true, validate: count }),
    text: field.text({ label: 'L', required: true, validate: short }),
  }
  expectTypeOf<Input<typeof fields>['json']>().toEqualTypeOf<{ count: number }>()
  expectTypeOf<Input<typeof fields>['secretJson']>().toEqualTypeOf<Sensitive>()
  expectTypeOf<Input<typeof fields>['text']>().toEqualTypeOf<string>()
  const input = render(fields, { json: { other: 2 }, secretJson: {}, text: 'ok' })
  expect(input['json']).toEqual({ count: 1 })
})

test('the type of the specification fits, and its output is the type of the input', () => {
  expectTypeOf<Specified<string, number>>().toExtend<StandardSchema>()
  const fields = { it: field.json({ label: 'L', validate: {} as Specified<unknown, { n: number }> }) }
  expectTypeOf<Input<typeof fields>['it']>().toEqualTypeOf<{ n: number } | undefined>()
})

/** https://standardschema.dev/schema#the-interface, put together. */
interface Specified<In, Out> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (
      value: unknown,
      options?: { readonly libraryOptions?: Record<string, unknown> | undefined } | undefined,
    ) => SpecifiedResult<Out> | Promise<SpecifiedResult<Out>>
    readonly types?: { readonly input: In; readonly output: Out } | undefined
  }
}

type SpecifiedResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | {
      readonly issues: ReadonlyArray<{
        readonly message: string
        readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
      }>
    }

describe('the start is stopped by', () => {
  const late = { '~standard': { version: 1, vendor: 'test', validate: async () => ({ value: 1 }) } } as const
  test.each<[string, unknown, string]>([
    ['a function that is no schema', () => true, 'must be a Standard Schema'],
    [
      'a schema of another version',
      { '~standard': { ...short['~standard'], version: 2 } },
      'Standard Schema',
    ],
    ['an asynchronous schema', late, 'must answer at once'],
  ])('%s', (_name, validate, message) => {
    const definition = { kind: 'text', label: 'L', validate }
    const type = { ...stepWith({}), fields: { it: definition } }
    expect(errorOf(() => createRegistry([type])).message).toContain(message)
  })

  test('a default that the schema refuses', () => {
    const type = stepWith({ it: field.text({ label: 'L', validate: short, default: 'too-long' }) })
    expect(errorOf(() => createRegistry([type])).message).toContain('its default is not valid')
  })
})

test('schemas that are functions, and those that throw for undefined, are accepted', () => {
  const callable = Object.assign(() => true, short)
  const strict = schema((it) => String(it).padEnd(Number((it as string).length)))
  const type = defineStep({
    type: 'sample',
    title: 'T',
    description: 'D',
    fields: {
      a: field.text({ label: 'L', validate: callable }),
      b: field.text({ label: 'L', validate: strict }),
    },
    output: {},
    run: () => null,
  })
  expect(createRegistry([type]).list()).toHaveLength(1)
})

test('a schema that becomes asynchronous later is refused too', () => {
  const sometimes: StandardSchema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => (value === undefined ? { issues: [] } : Promise.reject(new Error(`no ${value}`))),
    },
  }
  const fields = { it: field.text({ label: 'L', validate: sometimes }) }
  expect(refused(() => save(fields, { it: 'x' }))).toContain('cannot be checked')
})
