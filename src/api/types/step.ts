import {
  type DescribedDestinations,
  describeFields,
  type StepField,
  type StepType,
} from '../../steps/index.ts'
import type { Builder } from '../builder.ts'
import { costs } from '../query-cost.ts'

export type StepInputRef = ReturnType<typeof defineStepTypes>

const KINDS = [
  'text (one line), multiline, url, json (a structure, or source text), pairs (a list of { name, value }),',
  'choice (one of options), number, boolean, or code. A choice, number or boolean takes one expression instead,',
  'such as {{ trigger.body.key }}; code takes none; the strings of all others may hold any number of them.',
].join(' ')

const CONDITION =
  '`{ field, is }`: the named field has the value `is`, or one of the values if `is` is a list.'

/** Defines the step types that automations can use, with all that a frontend needs to draw their forms. */
export function defineStepTypes(builder: Builder) {
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
      kind: t.exposeString('kind', { description: KINDS }),
      required: t.exposeBoolean('required', {
        description: 'Whether the field is required while it is shown.',
      }),
      acceptsSecrets: t.exposeBoolean('acceptsSecrets', {
        description:
          'Whether templates in the field may name secrets. In pairs only the values may, never the names.',
      }),
      options: t.stringList({ nullable: true, resolve: ({ options }) => (options ? [...options] : null) }),
      help: t.exposeString('help', { nullable: true }),
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
      }),
      requiredWhen: t.expose('requiredWhen', {
        type: 'JSON',
        nullable: true,
        description: `The field is required while it is shown and this condition holds; null: only required decides. ${CONDITION}`,
      }),
      textWhen: t.expose('textWhen', {
        type: 'JSON',
        nullable: true,
        description: `A json field is arbitrary text while this condition holds; null: it is always JSON. ${CONDITION}`,
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
      type: t.exposeID('type'),
      title: t.exposeString('title'),
      description: t.exposeString('description'),
      fields: t.field({
        type: [StepFieldType],
        extensions: costs({ size: 20 }),
        resolve: (type) => describeFields(type),
      }),
      output: t.expose('output', { type: 'JSON', description: "A JSON Schema of the step's output." }),
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
      count: t.int({ description: 'How many times after the first attempt: 0 to 10.' }),
      delaySeconds: t.int({
        description:
          'The delay before the second attempt: 1 to 3600. It doubles with each attempt, up to an hour.',
      }),
      on: t.stringList({
        required: false,
        description:
          'Codes of the errors after which the step is tried again. By default REQUEST_FAILED and TIMEOUT.',
      }),
    }),
  })
  return builder.inputType('StepInput', {
    fields: (t) => ({
      key: t.string(),
      type: t.id(),
      fields: t.field({ type: 'JSON' }),
      timeoutSeconds: t.int({
        required: false,
        description: 'How long one attempt may take: 1 to 3600; by default 600.',
      }),
      retry: t.field({ type: StepRetryInput, required: false }),
    }),
  })
}
