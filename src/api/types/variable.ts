import type { Variable, VariableGroup } from '../../domain/index.ts'
import type { Builder } from '../builder.ts'
import { PLAIN } from '../compiled-query.ts'
import { costs } from '../query-cost.ts'

/** What the explorer of the editor shows. */
export function defineVariables(builder: Builder) {
  const VariableType = builder.objectRef<Variable>('Variable').implement({
    fields: (t) => ({
      reference: t.exposeString('reference'),
      label: t.exposeString('label'),
      sample: t.expose('sample', { type: 'JSON', nullable: true, extensions: costs({ weight: 2 }) }),
    }),
  })
  const VariableGroupKind = builder.enumType('VariableGroupKind', {
    description: 'Where the variables of a group come from.',
    values: {
      TRIGGER: { description: 'The input of the run.' },
      STEP: { description: 'The output of an earlier step.' },
      SECRETS: { description: 'The secrets of the workspace.' },
    },
  })
  return builder.objectRef<VariableGroup>('VariableGroup').implement({
    extensions: PLAIN,
    description: 'A section of the variable explorer.',
    fields: (t) => ({
      kind: t.field({
        type: VariableGroupKind,
        description: 'Where the variables come from.',
        resolve: ({ kind }) => kind,
      }),
      title: t.exposeString('title'),
      variables: t.field({
        type: [VariableType],
        extensions: costs({ size: 20 }),
        resolve: ({ variables }) => variables,
      }),
    }),
  })
}
