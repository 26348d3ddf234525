import type { EnumRef, ObjectRef } from '@pothos/core'
import type { RunStatus } from '../../domain/index.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'
import {
  defineConnection,
  isUuid,
  type Part,
  pageArguments,
  readConnection,
  uncounted,
} from './connection.ts'
import type { RunRow } from './run.ts'

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
  builder.queryField('runsConnection', (t) =>
    t.field({
      type: RunConnection,
      extensions: costs({ weight: 10, most: MAX_PAGE, usual: USUAL_PAGE }),
      description: 'The runs of a workspace, the newest first.',
      authScopes: (_parent, { workspace }) => ({ 'runs:read': workspace }),
      args: {
        workspace: t.arg.id({ description: 'The id of the workspace.' }),
        automation: t.arg.id({ required: false, description: 'The id of an automation: only its runs.' }),
        status: t.arg({ type: [Status], required: false, description: 'By default runs of any status.' }),
        ...pageArguments(t, MAX_PAGE),
      },
      resolve: (_parent, { workspace, automation, status, ...page }, { domain }) =>
        readConnection(
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
        ),
    }),
  )
}
