import { expect, expectTypeOf, test } from 'vitest'
import {
  type Condition,
  defineStep,
  field,
  type Http,
  type Input,
  type Pair,
  type SecretPair,
  Sensitive,
  type StepContext,
  type StepType,
} from '../../src/steps/index.ts'

const fields = {
  secretText: field.text({ label: 'L', required: true, secrets: true }),
  plainText: field.text({ label: 'L', required: true }),
  optionalText: field.text({ label: 'L' }),
  defaultText: field.text({ label: 'L', default: 'x' }),
  secretLines: field.multiline({ label: 'L', secrets: true }),
  plainUrl: field.url({ label: 'L', required: true }),
  secretUrl: field.url({ label: 'L', required: true, secrets: true }),
  plainJson: field.json({ label: 'L', required: true }),
  secretJson: field.json({ label: 'L', required: true, secrets: true }),
  plainPairs: field.pairs({ label: 'L', required: true }),
  secretPairs: field.pairs({ label: 'L', default: [], secrets: true }),
  choice: field.choice({ label: 'L', options: ['a', 'b'], default: 'a' }),
  number: field.number({ label: 'L', default: 1 }),
  optionalNumber: field.number({ label: 'L', min: 1 }),
  boolean: field.boolean({ label: 'L', required: true }),
  code: field.code({ label: 'L', required: true }),
  hidden: field.text({ label: 'L', required: true, default: 'x', when: { field: 'choice', is: 'b' } }),
}

test('the fields determine the type of the input', () => {
  type Given = Input<typeof fields>
  expectTypeOf<Given['secretText']>().toEqualTypeOf<Sensitive>()
  expectTypeOf<Given['plainText']>().toEqualTypeOf<string>()
  expectTypeOf<Given['optionalText']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<Given['defaultText']>().toEqualTypeOf<string>()
  expectTypeOf<Given['secretLines']>().toEqualTypeOf<Sensitive | undefined>()
  expectTypeOf<Given['plainUrl']>().toEqualTypeOf<string>()
  expectTypeOf<Given['secretUrl']>().toEqualTypeOf<Sensitive>()
  expectTypeOf<Given['plainJson']>().toEqualTypeOf<unknown>()
  expectTypeOf<Given['secretJson']>().toEqualTypeOf<Sensitive>()
  expectTypeOf<Given['plainPairs']>().toEqualTypeOf<readonly Pair[]>()
  expectTypeOf<Given['secretPairs']>().toEqualTypeOf<readonly SecretPair[]>()
  expectTypeOf<Given['choice']>().toEqualTypeOf<'a' | 'b'>()
  expectTypeOf<Given['number']>().toEqualTypeOf<number>()
  expectTypeOf<Given['optionalNumber']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<Given['boolean']>().toEqualTypeOf<boolean>()
  expectTypeOf<Given['code']>().toEqualTypeOf<string>()
})

test('a field that may be hidden may be missing, even if it is required and has a default', () => {
  expectTypeOf<Input<typeof fields>['hidden']>().toEqualTypeOf<string | undefined>()
})

test('run gets a typed input and context, and defineStep returns a step type', () => {
  const step = defineStep({
    type: 'sample',
    title: 'Sample',
    description: 'A sample.',
    fields,
    output: { type: 'object' },
    destinations: (input) => [input.secretUrl.reveal()],
    run(input, context) {
      expectTypeOf(input).toEqualTypeOf<Input<typeof fields>>()
      expectTypeOf(context).toExtend<StepContext>()
      expectTypeOf(context.http).toEqualTypeOf<Http>()
      return { choice: input.choice }
    },
  })
  expectTypeOf(step).toEqualTypeOf<StepType>()
  expect(step.type).toBe('sample')
})

test('defineStep infers inline fields', () => {
  defineStep({
    type: 'sample',
    title: 'Sample',
    description: 'A sample.',
    fields: {
      mode: field.choice({ label: 'Mode', options: ['x', 'y'], required: true }),
      token: field.text({ label: 'T', secrets: true }),
    },
    output: {},
    run(input) {
      expectTypeOf(input.mode).toEqualTypeOf<'x' | 'y'>()
      expectTypeOf(input.token).toEqualTypeOf<Sensitive | undefined>()
      // @ts-expect-error: there is no such field
      return input.missing
    },
  })
})

test('run gets the configuration by its declared fields', () => {
  defineStep({
    ...{ type: 'sample', title: 'Sample', description: 'A sample.', output: {}, fields: {} },
    config: {
      key: field.text({ label: 'Key', required: true, secrets: true }),
      region: field.choice({ label: 'Region', options: ['eu', 'us'], default: 'eu' }),
      most: field.number({ label: 'Most' }),
    },
    run(_input, { config }) {
      expectTypeOf(config.key).toEqualTypeOf<Sensitive>()
      expectTypeOf(config.region).toEqualTypeOf<'eu' | 'us'>()
      expectTypeOf(config.most).toEqualTypeOf<number | undefined>()
      return null
    },
  })
})

test('the context of a step has exactly its fifteen members', () => {
  type Promised =
    | 'http'
    | 'maxResponseBytes'
    | 'lookup'
    | 'connect'
    | 'protect'
    | 'cache'
    | 'files'
    | 'config'
    | 'mask'
    | 'signal'
    | 'log'
    | 'progress'
    | 'attempt'
    | 'idempotencyKey'
    | 'workspace'
    | 'run'
  expectTypeOf<keyof StepContext>().toEqualTypeOf<Promised>()
})

test('the compiler refuses conditions that no field can meet', () => {
  const named = { type: 'sample', title: 'Sample', description: 'A sample.', output: {}, run: () => null }
  const mode = field.choice({ label: 'Mode', options: ['a', 'b'] })
  const when = <const C extends Condition>(it: C) => field.text({ label: 'L', when: it })
  defineStep({ ...named, fields: { mode, x: when({ field: 'mode', is: ['a', 'b'] }) } })
  // @ts-expect-error: the other field has no such option
  defineStep({ ...named, fields: { mode, x: when({ field: 'mode', is: 'c' }) } })
  // @ts-expect-error: there is no such field
  defineStep({ ...named, fields: { mode, x: when({ field: 'mood', is: 'a' }) } })
  // @ts-expect-error: a text cannot be looked at
  defineStep({ ...named, fields: { to: field.text({ label: 'L' }), x: when({ field: 'to', is: 'a' }) } })
})

test('the compiler refuses options that a kind does not have', () => {
  // @ts-expect-error: a number cannot hold a secret
  field.number({ label: 'L', secrets: true })
  // @ts-expect-error: neither can a choice
  field.choice({ label: 'L', options: ['a'], secrets: true })
  // @ts-expect-error: nor code
  field.code({ label: 'L', secrets: true })
  // @ts-expect-error: a typo
  field.text({ label: 'L', requird: true })
  // @ts-expect-error: a label is needed
  field.text({})
  // @ts-expect-error: the default is none of the options
  field.choice({ label: 'L', options: ['a', 'b'], default: 'c' })
  // @ts-expect-error: there must be an option
  field.choice({ label: 'L', options: [] })
  expectTypeOf(field.text({ label: 'L' }).kind).toEqualTypeOf<'text'>()
})

test('the compiler holds what run returns to the output', () => {
  const about = { type: 'typed', title: 'Typed', description: 'Typed.', fields: {} } as const
  const output = {
    type: 'object',
    properties: {
      at: { type: 'string' },
      count: { type: ['integer', 'null'] },
      tags: { type: 'array', items: { type: 'string' } },
      any: { description: 'Anything.' },
    },
  } as const
  defineStep({ ...about, output, run: () => ({ at: 'now', count: null, tags: ['a'], any: { x: 1 } }) })
  defineStep({ ...about, output, run: async () => ({ at: new Sensitive('hidden') }) })
  // @ts-expect-error: a Date is no text
  defineStep({ ...about, output, run: () => ({ at: new Date(0) }) })
  // @ts-expect-error: a bigint is no number
  defineStep({ ...about, output, run: () => ({ count: 1n }) })
  // @ts-expect-error: bytes are no list of texts
  defineStep({ ...about, output, run: () => ({ tags: new Uint8Array() }) })
  // @ts-expect-error: it is an object
  defineStep({ ...about, output, run: () => 'text' })
  defineStep({ ...about, output: { type: 'string' }, run: () => 'text' })
  // @ts-expect-error: it is a text
  defineStep({ ...about, output: { type: 'string' }, run: () => 7 })
})
