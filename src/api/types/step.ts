import {
  type Condition,
  type DescribedDestinations,
  describeFields,
  type FieldKind,
  type StepField,
  type StepType,
  versionOf,
} from '../../steps/index.ts'
import type { Builder } from '../builder.ts'
import { costs } from '../query-cost.ts'
import { stepOnError } from './step-on-error.ts'

export type StepInputRef = ReturnType<typeof defineStepTypes>

const KINDS: Record<FieldKind, { description: string }> = {
  text: { description: 'One line of text, with any number of expressions in it.' },
  multiline: { description: 'Lines of text, with any number of expressions in them.' },
  url: { description: 'A URL, with any number of expressions in it.' },
  json: { description: 'A structure whose strings may hold expressions, or its source text.' },
  pairs: { description: 'A list of `{ name, value }`, each of them text with any number of expressions.' },
  choice: {
    description: 'One of `options`, or a single expression, such as `{{ trigger.body.key }}`.',
  },
  number: { description: 'A number, or a single expression.' },
  boolean: { description: 'True or false, or a single expression.' },
  code: { description: 'Source text without expressions.' },
}

const CONDITION =
  '`{ field, is }`: the named field has the value `is`, or one of the values if `is` is a list.'

/** Defines the step types that automations can use, with all that a frontend needs to draw their forms. */
export function defineStepTypes(builder: Builder) {
  const StepFieldKind = builder.enumType('StepFieldKind', {
    description: 'What a field of a step contains, and where an expression may stand in it.',
    values: KINDS,
  })
  const ConditionType = builder.objectRef<Condition>('Condition').implement({
    description: 'Holds while another field of the step is shown and has one of these values.',
    fields: (t) => ({
      field: t.exposeString('field', { description: 'The name of the other field.' }),
      is: t.field({
        type: ['JSON'],
        description: 'The values, each a string, a number or a boolean. One of them is enough.',
        resolve: (condition) => [condition.is].flat(),
      }),
    }),
  })
  const DestinationsType = builder.objectRef<DescribedDestinations>('FieldDestinations').implement({
    description: 'Where a step type declares that it sends a field. The policy of a secret still decides.',
    fields: (t) => ({
      hosts: t.stringList({
        description: 'Hosts that are the same for every step, such as https://api.example.com.',
        resolve: ({ hosts }) => [...hosts],
      }),
      fields: t.stringList({
        description: 'URL fields of the step, by name: it goes to the hosts that they name.',
        resolve: ({ fields }) => [...fields],
      }),
      computed: t.exposeBoolean('computed', {
        description: 'Whether it depends in another way on what the fields of the step contain.',
      }),
    }),
  })
  const StepFieldType = builder.objectRef<StepField>('StepField').implement({
    fields: (t) => ({
      name: t.exposeString('name'),
      label: t.exposeString('label'),
      kind: t.field({
        type: StepFieldKind,
        description: 'What the field contains.',
        resolve: ({ kind }) => kind,
      }),
      required: t.exposeBoolean('required', {
        description: 'Whether the field is required while it is shown.',
      }),
      acceptsSecrets: t.exposeBoolean('acceptsSecrets', {
        description:
          'Whether templates in the field may name secrets. In pairs only the values may, never the names.',
      }),
      options: t.stringList({ nullable: true, resolve: ({ options }) => (options ? [...options] : null) }),
      optionLabels: t.stringList({
        nullable: true,
        description: 'For a choice: what people see of each option, in their order.',
        resolve: ({ optionLabels }) => (optionLabels ? [...optionLabels] : null),
      }),
      help: t.exposeString('help', { nullable: true }),
      placeholder: t.exposeString('placeholder', {
        nullable: true,
        description: 'What the field shows while it is empty, such as an example.',
      }),
      group: t.exposeString('group', {
        nullable: true,
        description: 'Fields with the same text fold together under it.',
      }),
      defaultFrom: t.exposeString('defaultFrom', {
        nullable: true,
        description: 'The name of the field whose content this one has while it is empty.',
      }),
      hasChoices: t.exposeBoolean('hasChoices', {
        description: 'Whether `testStep` with `choicesOf` asks the service what the field may hold.',
      }),
      min: t.exposeFloat('min', { nullable: true, description: 'For a number, inclusive; null: no bound.' }),
      max: t.exposeFloat('max', { nullable: true, description: 'For a number, inclusive; null: no bound.' }),
      integer: t.exposeBoolean('integer', { description: 'For a number: whether it has to be whole.' }),
      language: t.exposeString('language', {
        nullable: true,
        description: "For code: the language for the editor's highlighting, such as sql.",
      }),
      default: t.expose('default', { type: 'JSON', nullable: true }),
      when: t.expose('when', {
        type: 'JSON',
        nullable: true,
        description: `The field is shown while this condition holds; null: always. ${CONDITION}`,
        deprecationReason: 'Since 2026-11-27: use shownIf, which has a type.',
      }),
      shownIf: t.field({
        type: ConditionType,
        nullable: true,
        description: 'The field is shown while this condition holds; null: always.',
        resolve: ({ when }) => when,
      }),
      requiredWhen: t.expose('requiredWhen', {
        type: 'JSON',
        nullable: true,
        description: `The field is required while it is shown and this condition holds; null: only required decides. ${CONDITION}`,
        deprecationReason: 'Since 2026-11-27: use requiredIf, which has a type.',
      }),
      requiredIf: t.field({
        type: ConditionType,
        nullable: true,
        description:
          'The field is required while it is shown and this condition holds; null: only `required` decides.',
        resolve: ({ requiredWhen }) => requiredWhen,
      }),
      textWhen: t.expose('textWhen', {
        type: 'JSON',
        nullable: true,
        description: `A json field is arbitrary text while this condition holds; null: it is always JSON. ${CONDITION}`,
        deprecationReason: 'Since 2026-11-27: use textIf, which has a type.',
      }),
      textIf: t.field({
        type: ConditionType,
        nullable: true,
        description: 'A json field is arbitrary text while this condition holds; null: it is always JSON.',
        resolve: ({ textWhen }) => textWhen,
      }),
      destinations: t.expose('destinations', {
        type: DestinationsType,
        nullable: true,
        description: 'Where the field goes; null: wherever the step sends anything.',
      }),
    }),
  })
  const StepTypeType = builder.objectRef<StepType>('StepType').implement({
    fields: (t) => ({
      id: t.id({
        description: 'Of the step type, in the whole instance.',
        resolve: ({ type }) => `step-type:${type}`,
      }),
      type: t.exposeID('type'),
      title: t.exposeString('title'),
      description: t.exposeString('description'),
      icon: t.string({
        nullable: true,
        description: 'The name of a picture, such as mail or database.',
        resolve: ({ icon }) => icon,
      }),
      summary: t.string({
        nullable: true,
        description: 'One line about a step, with the names of fields in braces: `{method} {url}`.',
        resolve: ({ summary }) => summary,
      }),
      hasCheck: t.boolean({
        description: 'Whether `testStep` with `check` tests the connection.',
        resolve: ({ check }) => check !== undefined,
      }),
      version: t.int({
        description: 'Of its fields. Steps of an earlier version are brought to it when they are read.',
        resolve: versionOf,
      }),
      fields: t.field({
        type: [StepFieldType],
        extensions: costs({ size: 20 }),
        resolve: (type) => describeFields(type),
      }),
      output: t.expose('output', { type: 'JSONSchema', description: "A JSON Schema of the step's output." }),
    }),
  })
  builder.queryField('stepTypes', (t) =>
    t.field({
      type: [StepTypeType],
      extensions: costs({ size: 50 }),
      authScopes: { signedIn: true },
      resolve: (_parent, _args, { registry }) => [...registry.list()],
    }),
  )
  return defineStepInput(builder)
}

function defineStepInput(builder: Builder) {
  const StepRetryInput = builder.inputType('StepRetryInput', {
    description: 'When a failed step is tried again.',
    fields: (t) => ({
      count: t.int(),
      delaySeconds: t.int(),
      on: t.stringList({
        required: false,
      }),
    }),
  })
  return builder.inputType('StepInput', {
    fields: (t) => ({
      key: t.string(),
      type: t.id(),
      fields: t.field({ type: 'JSON' }),
      version: t.int({
        required: false,
      }),
      timeoutSeconds: t.int({
        required: false,
      }),
      retry: t.field({ type: StepRetryInput, required: false }),
      onError: t.field({ type: stepOnError(builder), required: false }),
    }),
  })
}
