import type { ArgBuilder, ObjectRef } from '@pothos/core'
import {
  publicId,
  type SecretPage,
  type SecretPolicy,
  type SecretSummary,
  type SecretUsage,
} from '../../domain/index.ts'
import type { Builder, Context, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'
import {
  defineConnection,
  type List,
  type PageArgs,
  type Part,
  pageArguments,
  readConnection,
  sliceOf,
} from './connection.ts'
import { LIVE, watchList } from './live-list.ts'

const USUAL_CONNECTION = 50
// Rows are short: an editor gets all names at once.
const MAX_CONNECTION = 5000
const MAX_USAGES = 500

type Ref<T> = ObjectRef<SchemaTypes, T>

export const idOfUsage = ({ automation: { workspace, id }, step, field }: SecretUsage): string =>
  [publicId(workspace, id), step, field].join('/')

interface Nodes {
  Secret: Ref<SecretSummary>
  SecretPolicy: Ref<SecretPolicy>
  SecretUsage: Ref<SecretUsage>
}

const byName = <Row extends { name: string }>(name: string, workspace: string): List<Row> => ({
  name,
  workspace,
  keyOf: (row) => row.name,
  isKey: (text) => /^\w{1,255}$/.test(text),
  usual: USUAL_CONNECTION,
  most: MAX_CONNECTION,
})

/** Defines the lists of secrets, of their policies, and of where they are used. */
export function defineSecretConnections(
  builder: Builder,
  { Secret, SecretPolicy, SecretUsage }: Nodes,
): void {
  const SecretConnection = defineConnection(builder, 'Secret', Secret, { counts: true })
  const SecretPolicyConnection = defineConnection(builder, 'SecretPolicy', SecretPolicy, { counts: true })
  const SecretUsageConnection = defineConnection(builder, 'SecretUsage', SecretUsage, { counts: true })
  const extensions = costs({ weight: 10, most: MAX_CONNECTION, usual: USUAL_CONNECTION })
  const searched = (t: { arg: ArgBuilder<SchemaTypes> }) => ({
    workspace: t.arg.id({ description: 'The id of the workspace.' }),
    search: t.arg.string({ required: false, description: 'A part of the name, in any spelling.' }),
    ...pageArguments(t, MAX_CONNECTION),
  })
  builder.queryFields((t) => ({
    secretsConnection: t.field({
      type: SecretConnection,
      extensions,
      description: 'The secrets of a workspace, sorted by name.',
      authScopes: (_parent, { workspace }) => ({ 'secrets:read': workspace }),
      args: searched(t),
      resolve: (_parent, asked, context) => readSecrets(asked, context),
    }),
    secretPoliciesConnection: t.field({
      type: SecretPolicyConnection,
      extensions,
      description:
        'The policies of the secrets that `secretsConnection` has for the same arguments but the cursors.',
      authScopes: (_parent, { workspace }) => ({ 'secrets:write': workspace }),
      args: searched(t),
      resolve: (_parent, { workspace, search, ...page }, { domain: { secrets } }) =>
        readConnection(
          byName<SecretPolicy>('secretPolicies', workspace),
          page,
          (part) => secrets.policies(workspace, secretPage(search, part)),
          () => secrets.count(workspace, search ?? undefined),
        ),
    }),
    secretUsagesConnection: t.field({
      type: SecretUsageConnection,
      // All automations of the workspace are searched for each page.
      extensions: costs({ weight: 2000, most: MAX_USAGES, usual: USUAL_CONNECTION }),
      description: 'Where a secret is used, sorted by the name of the automation.',
      authScopes: (_parent, { workspace }) => ({ 'secrets:read': workspace }),
      args: {
        workspace: t.arg.id({ description: 'The id of the workspace.' }),
        name: t.arg.string({ description: 'The name of the secret.' }),
        ...pageArguments(t, MAX_USAGES),
      },
      resolve: async (_parent, { workspace, name, ...page }, { domain }) => {
        const rows = await domain.automations.secretUsages(workspace, name)
        const list = { ...USAGES, workspace }
        return readConnection(
          list,
          page,
          async (part) => sliceOf(rows, list, part),
          () => rows.length,
        )
      },
    }),
  }))
  builder.subscriptionField('secretsChanged', (t) =>
    t.field({
      type: SecretConnection,
      extensions,
      description: `The secrets of a workspace, sorted by name. ${LIVE}`,
      authScopes: (_parent, { workspace }) => ({ 'secrets:read': workspace }),
      args: searched(t),
      subscribe: (_parent, { workspace }, context) =>
        watchList(context, workspace, 'secrets', 'secrets:read'),
      resolve: (_event, asked, context) => readSecrets(asked, context),
    }),
  )
}

interface Asked extends PageArgs {
  workspace: string
  search?: string | null | undefined
}

const readSecrets = ({ workspace, search, ...page }: Asked, { domain: { secrets } }: Context) =>
  readConnection(
    byName<SecretSummary>('secrets', workspace),
    page,
    (part) => secrets.list(workspace, secretPage(search, part)),
    () => secrets.count(workspace, search ?? undefined),
  )

const USAGES = {
  name: 'secretUsages',
  keyOf: idOfUsage,
  isKey: () => true,
  usual: USUAL_CONNECTION,
  most: MAX_USAGES,
}

const secretPage = (search: string | null | undefined, { limit: first, ...between }: Part): SecretPage => ({
  first,
  ...between,
  ...(search && { search }),
})
