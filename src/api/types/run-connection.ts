import type { ArgBuilder, EnumRef, ObjectRef } from '@pothos/core'
import type { RunStatus } from '../../domain/index.ts'
import type { Builder, Context, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'
import {
  defineConnection,
  isUuid,
  type PageArgs,
  type Part,
  pageArguments,
  readConnection,
  uncounted,
} from './connection.ts'
import { LIVE, watchList } from './live-list.ts'
import type { RunRow } from './run-types.ts'

const USUAL_PAGE = 50
const MAX_PAGE = 500
const RUNS = {
  name: 'runs',
  keyOf: ({ id }: RunRow) => id,
  isKey: isUuid,
  usual: USUAL_PAGE,
  most: MAX_PAGE,
}

export function defineRunConnection(
  builder: Builder,
  Run: ObjectRef<SchemaTypes, RunRow>,
  Status: EnumRef<SchemaTypes, RunStatus>,
): void {
  const RunConnection = defineConnection(builder, 'Run', Run, { counts: false })
  const extensions = costs({ weight: 10, most: MAX_PAGE, usual: USUAL_PAGE })
  const args = (t: { arg: ArgBuilder<SchemaTypes> }) => ({
    workspace: t.arg.id({ description: 'The id of the workspace.' }),
    automation: t.arg.id({ required: false, description: 'The id of an automation: only its runs.' }),
    status: t.arg({ type: [Status], required: false, description: 'By default runs of any status.' }),
    ...pageArguments(t, MAX_PAGE),
  })
  builder.queryField('runsConnection', (t) =>
    t.field({
      type: RunConnection,
      extensions,
      description: 'The runs of a workspace, the newest first.',
      authScopes: (_parent, { workspace }) => ({ 'runs:read': workspace }),
      args: args(t),
      resolve: (_parent, asked, context) => readRuns(asked, context),
    }),
  )
  builder.subscriptionField('runsChanged', (t) =>
    t.field({
      type: RunConnection,
      extensions,
      description: `The runs of a workspace, the newest first. ${LIVE}`,
      authScopes: (_parent, { workspace }) => ({ 'runs:read': workspace }),
      args: args(t),
      subscribe: (_parent, { workspace }, context) => watchList(context, workspace, 'runs', 'runs:read'),
      resolve: (_event, asked, context) => readRuns(asked, context),
    }),
  )
}

interface Asked extends PageArgs {
  workspace: string
  automation?: string | null | undefined
  status?: RunStatus[] | null | undefined
}

const readRuns = ({ workspace, automation, status, ...page }: Asked, { domain }: Context) =>
  readConnection<RunRow>(
    { ...RUNS, workspace },
    page,
    ({ limit: first, after, before, backward }: Part) =>
      domain.runs.list(workspace, {
        first,
        backward,
        // The list begins with the newest.
        before: after,
        since: before,
        ...(automation && { automation }),
        ...(status && { statuses: status }),
      }),
    uncounted,
  )
