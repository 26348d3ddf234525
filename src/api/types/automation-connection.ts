import type { ArgBuilder, ObjectRef } from '@pothos/core'
import type { Builder, Context, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'
import type { AutomationRow } from './automation.ts'
import {
  defineConnection,
  isUuid,
  type PageArgs,
  type Part,
  pageArguments,
  readConnection,
} from './connection.ts'
import { LIVE, watchList } from './live-list.ts'

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
  const extensions = costs({ weight: 10, most: MAX_CONNECTION, usual: USUAL_CONNECTION })
  const args = (t: { arg: ArgBuilder<SchemaTypes> }) => ({
    workspace: t.arg.id({ description: 'The id of the workspace.' }),
    search: t.arg.string({ required: false, description: 'A part of the name, in any case.' }),
    ...pageArguments(t, MAX_CONNECTION),
  })
  builder.queryField('automationsConnection', (t) =>
    t.field({
      type: AutomationConnection,
      extensions,
      description: 'The automations of a workspace, sorted by name.',
      authScopes: (_parent, { workspace }) => ({ 'automations:read': workspace }),
      args: args(t),
      resolve: (_parent, asked, context) => readAutomations(asked, context),
    }),
  )
  builder.subscriptionField('automationsChanged', (t) =>
    t.field({
      type: AutomationConnection,
      extensions,
      description: `The automations of a workspace, sorted by name. ${LIVE}`,
      authScopes: (_parent, { workspace }) => ({ 'automations:read': workspace }),
      args: args(t),
      subscribe: (_parent, { workspace }, context) =>
        watchList(context, workspace, 'automations', 'automations:read'),
      resolve: (_event, asked, context) => readAutomations(asked, context),
    }),
  )
}

interface Asked extends PageArgs {
  workspace: string
  search?: string | null | undefined
}

function readAutomations({ workspace, search, ...page }: Asked, { domain }: Context) {
  const list = { ...AUTOMATIONS, workspace }
  const named = search || undefined
  const read = ({ limit: first, ...between }: Part) =>
    domain.automations.list(workspace, { first, ...between, search: named })
  return readConnection<AutomationRow>(list, page, read, () => domain.automations.count(workspace, named))
}
