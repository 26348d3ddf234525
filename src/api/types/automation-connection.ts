import type { ObjectRef } from '@pothos/core'
import type { Builder, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'
import type { AutomationRow } from './automation.ts'
import { defineConnection, isUuid, type Part, pageArguments, readConnection } from './connection.ts'

const USUAL_CONNECTION = 50
const MAX_CONNECTION = 500
const AUTOMATIONS = {
  name: 'automations',
  keyOf: ({ id }: AutomationRow) => id,
  isKey: isUuid,
  usual: USUAL_CONNECTION,
  most: MAX_CONNECTION,
}

export function defineAutomationConnection(
  builder: Builder,
  Automation: ObjectRef<SchemaTypes, AutomationRow>,
): void {
  const AutomationConnection = defineConnection(builder, 'Automation', Automation, { counts: true })
  builder.queryField('automationsConnection', (t) =>
    t.field({
      type: AutomationConnection,
      extensions: costs({ weight: 10, most: MAX_CONNECTION, usual: USUAL_CONNECTION }),
      description: 'The automations of a workspace, sorted by name.',
      authScopes: (_parent, { workspace }) => ({ 'automations:read': workspace }),
      args: {
        workspace: t.arg.id({ description: 'The id of the workspace.' }),
        search: t.arg.string({ required: false, description: 'A part of the name, in any case.' }),
        ...pageArguments(t, MAX_CONNECTION),
      },
      resolve: (_parent, { workspace, search, ...page }, { domain }) => {
        const list = { ...AUTOMATIONS, workspace }
        const named = search || undefined
        const read = ({ limit: first, ...between }: Part) =>
          domain.automations.list(workspace, { first, ...between, search: named })
        return readConnection(list, page, read, () => domain.automations.count(workspace, named))
      },
    }),
  )
}
