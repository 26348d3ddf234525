import { describeFields, type StepField, type StepType } from '../../steps/index.ts'
import type { Builder } from '../builder.ts'

export type StepInputRef = ReturnType<typeof defineStepTypes>

/** The step types that automations can use, with all that a frontend needs to draw their forms. */
export function defineStepTypes(builder: Builder) {
  const StepFieldType = builder.objectRef<StepField>('StepField').implement({
    fields: (t) => ({
      name: t.exposeString('name'),
      label: t.exposeString('label'),
      kind: t.exposeString('kind'),
      required: t.exposeBoolean('required'),
      acceptsSecrets: t.exposeBoolean('acceptsSecrets'),
      options: t.stringList({ nullable: true, resolve: ({ options }) => (options ? [...options] : null) }),
      help: t.exposeString('help', { nullable: true }),
      default: t.expose('default', { type: 'JSON', nullable: true }),
      when: t.expose('when', {
        type: 'JSON',
        nullable: true,
        description: 'The field is shown while this holds; null: always.',
      }),
    }),
  })
  const StepTypeType = builder.objectRef<StepType>('StepType').implement({
    fields: (t) => ({
      type: t.exposeID('type'),
      title: t.exposeString('title'),
      description: t.exposeString('description'),
      fields: t.field({ type: [StepFieldType], resolve: (type) => describeFields(type) }),
      output: t.expose('output', { type: 'JSON', description: 'A JSON Schema of what the step gives back.' }),
    }),
  })
  builder.queryField('stepTypes', (t) =>
    t.field({
      type: [StepTypeType],
      authScopes: { signedIn: true },
      resolve: (_parent, _args, { registry }) => [...registry.list()],
    }),
  )
  return defineStepInput(builder)
}

function defineStepInput(builder: Builder) {
  const StepRetryInput = builder.inputType('StepRetryInput', {
    description: 'When a step that failed is tried again.',
    fields: (t) => ({
      count: t.int({ description: 'How many times after the first attempt: 0 to 10.' }),
      delaySeconds: t.int({
        description: 'Before the second attempt: 1 to 3600. It doubles from one to the next, up to an hour.',
      }),
      on: t.stringList({
        required: false,
        description: 'Codes of the errors after which it is; unless given, REQUEST_FAILED and TIMEOUT.',
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
        description: 'How long one attempt may take: 1 to 3600; unless given, 600.',
      }),
      retry: t.field({ type: StepRetryInput, required: false }),
    }),
  })
}
