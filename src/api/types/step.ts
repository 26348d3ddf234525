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
  return builder.inputType('StepInput', {
    fields: (t) => ({ key: t.string(), type: t.id(), fields: t.field({ type: 'JSON' }) }),
  })
}
