import { describe, expect, test } from 'vitest'
import builtIn from '../../plugins/index.ts'
import { createRegistry, field, fromModule } from '../../src/steps/index.ts'
import { errorOf, sample, stepWith } from './sample-step.ts'

const whole = {
  type: 'good',
  title: 'Good',
  description: 'A good one.',
  fields: {},
  output: { type: 'object' },
  run: () => null,
}
const withField = (definition: unknown, name = 'it') => ({ ...whole, fields: { [name]: definition } })
const text = { kind: 'text', label: 'L' }
const choice = { kind: 'choice', label: 'L', options: ['a', 'b'] }

test('the built-in step types are valid', () => {
  const types = createRegistry(builtIn).list()
  expect(types.map((it) => it.type)).toEqual([
    'custom-http',
    'graphql-request',
    'send-email',
    'query-postgres',
    'redis-command',
    's3-object',
    'aws-request',
    'sign-jwt',
    'oauth2-token',
    'set-values',
    'wait',
  ])
})

test('a step type is found by its type, and the list keeps the order', () => {
  const registry = createRegistry([sample, whole])
  expect(registry.get('good')).toBe(whole)
  expect(registry.list()).toEqual([sample, whole])
})

test.each([
  ['custom-htp', 'Did you mean "custom-http"?'],
  ['Set_Values', 'Did you mean "set-values"?'],
  [
    'send-carrier-pigeon',
    'There is: custom-http, graphql-request, send-email, query-postgres, redis-command, s3-object, aws-request, sign-jwt, oauth2-token, set-values, wait.',
  ],
  [
    '',
    'There is: custom-http, graphql-request, send-email, query-postgres, redis-command, s3-object, aws-request, sign-jwt, oauth2-token, set-values, wait.',
  ],
  [
    'constructor',
    'There is: custom-http, graphql-request, send-email, query-postgres, redis-command, s3-object, aws-request, sign-jwt, oauth2-token, set-values, wait.',
  ],
])('the unknown type %j is refused with similar names', (type, hint) => {
  const error = errorOf(() => createRegistry(builtIn).get(type))
  expect(error.code).toBe('UNKNOWN_STEP_TYPE')
  expect(error.message).toBe(`There is no step type "${type}". ${hint}`)
})

test('a type that exists twice is refused with both modules', () => {
  const types = [...fromModule('./first.js', stepWith({})), ...fromModule('./second.js', [stepWith({})])]
  const error = errorOf(() => createRegistry(types))
  expect(error.code).toBe('INVALID_STEP_TYPE')
  expect(error.message).toBe(
    'Step type "sample" from "./second.js": is there twice from "./first.js": rename or remove one.',
  )
})

test('a module without a default export is refused with its name', () => {
  const error = errorOf(() => fromModule('./empty.js', undefined))
  expect(error.code).toBe('INVALID_STEP_TYPE')
  expect(error.message).toContain('"./empty.js"')
})

test('a definition that is no object is named by its position', () => {
  expect(errorOf(() => createRegistry([whole, 'text'])).message).toMatch(/^Step type no. 2: /)
})

describe('a definition is refused when', () => {
  test.each<[string, unknown, RegExp]>([
    ['it is null', null, /must be what defineStep returns/],
    ['its type is missing', { ...whole, type: undefined }, /kebab-case/],
    [
      'its type is camelCase',
      { ...whole, type: 'customHttp' },
      /"customHttp": its type must be in kebab-case/,
    ],
    ['its type ends with a hyphen', { ...whole, type: 'custom-' }, /kebab-case/],
    ['its type begins with a digit', { ...whole, type: '3d-print' }, /kebab-case/],
    ['its title is blank', { ...whole, title: ' ' }, /title/],
    ['its description is missing', { ...whole, description: undefined }, /description/],
    ['run is no function', { ...whole, run: 'run' }, /run must be a function/],
    ['repeatable is a text', { ...whole, repeatable: 'yes' }, /repeatable must be true or false/],
    ['delaySeconds is a number', { ...whole, delaySeconds: 5 }, /delaySeconds must be a function/],
    ['it waits and is not repeatable', { ...whole, delaySeconds: () => 5 }, /repeatable must be true/],
    [
      'destinations is a list',
      { ...whole, destinations: [] },
      /destinations must be a function, or an object/,
    ],
    [
      'destinations forget a field with secrets',
      { ...whole, fields: { key: { ...text, secrets: true } }, destinations: {} },
      /destinations: says nothing of the field "key", which takes secrets/,
    ],
    [
      'destinations name no field',
      { ...whole, destinations: { ky: [] } },
      /destinations: names no field "ky"/,
    ],
    [
      'destinations name a field that is no URL',
      { ...whole, fields: { key: text }, destinations: { key: [{ field: 'key' }] } },
      /destinations: field "key": takes hosts/,
    ],
    ['a property is misspelt', { ...whole, repeatble: true }, /knows no "repeatble".*"repeatable"/],
    ['fields is a list', { ...whole, fields: [] }, /fields must be an object/],
    ['output is missing', { ...whole, output: undefined }, /output: must be a JSON Schema/],
    ['output is a list', { ...whole, output: [] }, /output: must be a JSON Schema/],
    ['output has an unknown type', { ...whole, output: { type: 'text' } }, /output: its type/],
    [
      'a property of output is no schema',
      { ...whole, output: { properties: { a: 'string' } } },
      /output: property "a": must be/,
    ],
  ])('%s', (_when, definition, reason) => {
    const error = errorOf(() => createRegistry([definition]))
    expect(error.code).toBe('INVALID_STEP_TYPE')
    expect(error.message).toMatch(reason)
  })

  test('its output schema contains itself', () => {
    const output: { items?: unknown } = {}
    output.items = output
    expect(errorOf(() => createRegistry([{ ...whole, output }])).message).toMatch(/contains itself/)
  })
})

describe('a field is refused when', () => {
  test.each<[string, unknown, RegExp]>([
    ['it is null', null, /builders of `field`/],
    ['its kind is unknown', { ...text, kind: 'password' }, /its kind must be text, multiline, .* or code/],
    ['its kind is inherited', { ...text, kind: 'constructor' }, /its kind must be/],
    ['its label is missing', { kind: 'text' }, /label/],
    ['its label is blank', { kind: 'text', label: '' }, /label/],
    ['its help is no text', { ...text, help: 1 }, /help/],
    [
      'it is required always and sometimes',
      { ...text, required: true, requiredWhen: { field: 'mode', is: 'b' } },
      /requiredWhen means nothing/,
    ],
    [
      'its requiredWhen names no field',
      { ...text, requiredWhen: { field: 'no', is: 1 } },
      /requiredWhen: names no/,
    ],
    ['required is no boolean', { ...text, required: 'yes' }, /required must be true or false/],
    ['secrets is no boolean', { ...text, secrets: 1 }, /secrets must be true or false/],
    ['an option is misspelt', { ...text, secret: true }, /knows no "secret".*"secrets"/],
    [
      'a number takes secrets',
      { kind: 'number', label: 'L', secrets: true },
      /number field cannot hold secrets/,
    ],
    ['a boolean takes secrets', { kind: 'boolean', label: 'L', secrets: true }, /boolean field cannot hold/],
    ['a choice takes secrets', { ...choice, secrets: true }, /choice field cannot hold secrets/],
    ['code takes secrets', { kind: 'code', label: 'L', secrets: true }, /code field cannot hold secrets/],
    ['a choice has no options', { kind: 'choice', label: 'L' }, /options must be a list/],
    ['a choice has an empty list of options', { ...choice, options: [] }, /options must be a list/],
    ['an option is no text', { ...choice, options: ['a', 1] }, /options must be a list/],
    ['an option is doubled', { ...choice, options: ['a', 'a'] }, /twice/],
    ['a text has options', { ...text, options: ['a'] }, /knows no "options"/],
    ['its place is unknown', { ...text, place: 'body' }, /place/],
    ['min is no number', { kind: 'number', label: 'L', min: '1' }, /min must be a number/],
    ['min is above max', { kind: 'number', label: 'L', min: 2, max: 1 }, /min is above its max/],
  ])('%s', (_when, definition, reason) => {
    const error = errorOf(() => createRegistry(fromModule('./x.js', withField(definition))))
    expect(error.code).toBe('INVALID_STEP_TYPE')
    expect(error.message).toMatch(/^Step type "good" from ".\/x.js": field "it": /)
    expect(error.message).toMatch(reason)
  })

  test.each(['My-Field', 'Upper', 'snake_case', '1st', '', '__proto__', 'with space'])(
    'its name is %j',
    (name) => {
      const fields = Object.fromEntries([[name, text]])
      const error = errorOf(() => createRegistry([{ ...whole, fields }]))
      expect(error.message).toContain('its name must be in camelCase')
    },
  )

  test('its name differs from another only in upper and lower case', () => {
    const error = errorOf(() => createRegistry([{ ...whole, fields: { userId: text, userID: text } }]))
    expect(error.message).toContain('field "userID": differs from "userId" only in its capitals.')
  })
})

describe('a default is refused when', () => {
  test.each<[string, unknown]>([
    ['a text has a number', { ...text, default: 1 }],
    ['a text has two lines', { ...text, default: 'a\nb' }],
    ['a text has a malformed template', { ...text, default: '{{ trigger.' }],
    ['it refers to a secret', { ...text, secrets: true, default: '{{ secrets.KEY }}' }],
    ['a URL has another scheme', { kind: 'url', label: 'L', default: 'ftp://example.com' }],
    ['a JSON text is none', { kind: 'json', label: 'L', default: '{' }],
    ['a JSON structure holds a function', { kind: 'json', label: 'L', default: { a: () => 1 } }],
    ['a JSON structure holds a date', { kind: 'json', label: 'L', default: [new Date(0)] }],
    ['pairs are an object', { kind: 'pairs', label: 'L', default: { a: 'b' } }],
    ['a choice is none of its options', { ...choice, default: 'c' }],
    ['a number is out of range', { kind: 'number', label: 'L', max: 5, default: 6 }],
    ['a number is a text', { kind: 'number', label: 'L', default: '6' }],
    ['a boolean is a text', { kind: 'boolean', label: 'L', default: 'true' }],
    ['code takes a value', { kind: 'code', label: 'L', default: 'select {{ trigger.id }}' }],
  ])('%s', (_when, definition) => {
    const error = errorOf(() => createRegistry([withField(definition)]))
    expect(error.code).toBe('INVALID_STEP_TYPE')
    expect(error.message).toMatch(/^Step type "good": field "it": its default is not valid: /)
  })
})

describe('a condition is refused when', () => {
  const number = { kind: 'number', label: 'L' }
  test.each<[string, unknown, RegExp]>([
    ['it is a text', 'mode', /must be { field, is }/],
    ['it names no value', { field: 'mode' }, /must be { field, is }/],
    ['it says more', { field: 'mode', is: 'a', not: 'b' }, /knows no "not"/],
    ['its field does not exist', { field: 'mood', is: 'a' }, /names no field.*Did you mean "mode"/],
    ['its field is inherited', { field: 'constructor', is: 'a' }, /names no field/],
    ['it looks at a text', { field: 'line', is: 'a' }, /choice, boolean or number/],
    ['it waits for no option', { field: 'mode', is: 'c' }, /can never have/],
    ['one of its values is no option', { field: 'mode', is: ['a', 'c'] }, /can never have/],
    ['its value has another type', { field: 'size', is: '1' }, /can never have/],
    ['its list is empty', { field: 'mode', is: [] }, /empty/],
    ['it looks at its own field', { field: 'it', is: 1 }, /in a circle/],
  ])('%s', (_when, when, reason) => {
    const fields = { mode: choice, line: text, size: number, it: { ...number, when } }
    const error = errorOf(() => createRegistry([{ ...whole, fields }]))
    expect(error.code).toBe('INVALID_STEP_TYPE')
    expect(error.message).toMatch(/^Step type "good": field "it": /)
    expect(error.message).toMatch(reason)
  })

  test('two fields show each other', () => {
    const first = field.boolean({ label: 'L', when: { field: 'second', is: true } })
    const second = field.boolean({ label: 'L', when: { field: 'first', is: true } })
    expect(errorOf(() => createRegistry([stepWith({ first, second })])).message).toContain('in a circle')
  })
})
