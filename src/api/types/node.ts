import type { InterfaceRef } from '@pothos/core'
import { parseNamedId, parsePublicId, type Scope } from '../../domain/index.ts'
import type { Builder, Context, SchemaTypes } from '../builder.ts'
import { costs } from '../query-cost.ts'

const TYPE_NAME = Symbol('the name of the type of a node')

interface Tagged {
  [TYPE_NAME]?: string
}

const defined = new WeakMap<Builder, InterfaceRef<SchemaTypes, object>>()

/** The interface of what has an id in the whole instance. It is defined on the first call. */
export function nodeType(builder: Builder): InterfaceRef<SchemaTypes, object> {
  const known = defined.get(builder)
  if (known) return known
  const Node = builder.interfaceRef<object>('Node').implement({
    description: 'What has an id that nothing else in the instance has, and can be read again by it.',
    fields: (t) => ({
      id: t.id({ description: 'The id, for `node`. What is in it may change: only compare it.' }),
    }),
    resolveType: (node) => (node as Tagged)[TYPE_NAME],
  })
  defined.set(builder, Node)
  return Node
}

interface Source {
  type: string
  /** What the field of that type asks for. */
  scope: Scope
  read(): Promise<object | undefined | null>
}

export function defineNode(builder: Builder): void {
  builder.queryField('node', (t) =>
    t.field({
      type: nodeType(builder),
      nullable: true,
      // An id of a UUID may be of five tables.
      extensions: costs({ weight: 50 }),
      description:
        'What has this id. Null when there is no such thing, and as well when the caller may not read it: the answer ' +
        'does not tell which.',
      authScopes: { signedIn: true },
      args: { id: t.arg.id({ description: 'The `id` of any object that is a `Node`.' }) },
      resolve: (_parent, { id }, context) => findNode(id, context),
    }),
  )
}

async function findNode(id: string, context: Context): Promise<object | null> {
  const workspace = (await context.roleIn(id)) && (await context.domain.workspaces.get(id))
  if (workspace) return tag('Workspace', workspace)
  for (const { type, found } of await Promise.all(
    sourcesOf(id, context).map((it) => readFrom(it, id, context)),
  ))
    if (found) return tag(type, found)
  return null
}

async function readFrom({ type, scope, read }: Source, id: string, { may }: Context) {
  const workspace = id.split('.', 1)[0] ?? ''
  // Stops probing: nothing is read without the right, so that neither the answer nor the time tells what is there.
  return { type, found: (await may(workspace, scope)) ? await read() : undefined }
}

/** All that may have an id of this form. */
function sourcesOf(id: string, context: Context): Source[] {
  const { domain, loaders } = context
  const named = parseNamedId(id)
  if (named) return [namedSource(named, context)]
  const step = /^(?<run>[^.]+\.[^.]+)\.(?<key>\w+)$/.exec(id)?.groups
  const where = parsePublicId(step?.['run'] ?? id)
  if (!where) return []
  const { workspace } = where
  if (step) {
    const read = async () => (await loaders.steps.load(where)).find(({ key }) => key === step['key'])
    return [{ type: 'StepRun', scope: 'runs:read', read }]
  }
  const among = async (rows: Promise<readonly { id: string }[]>) =>
    (await rows).find((row) => row.id === where.id)
  return [
    { type: 'Run', scope: 'runs:read', read: () => domain.runs.get(id) },
    { type: 'Automation', scope: 'automations:read', read: () => domain.automations.get(id) },
    { type: 'AuditEvent', scope: 'audit:read', read: () => domain.auditEvent(workspace, where.id) },
    { type: 'ApiToken', scope: 'members:write', read: () => among(loaders.apiTokens.load(workspace)) },
    { type: 'Invitation', scope: 'members:write', read: () => among(loaders.invitations.load(workspace)) },
  ]
}

function namedSource(
  { workspace, kind, name }: NonNullable<ReturnType<typeof parseNamedId>>,
  { domain, loaders }: Context,
): Source {
  switch (kind) {
    case 'secret':
      return { type: 'Secret', scope: 'secrets:read', read: () => domain.secrets.get(workspace, name) }
    case 'policy':
      return {
        type: 'SecretPolicy',
        scope: 'secrets:write',
        read: () => domain.secrets.policyOf(workspace, name),
      }
    case 'member':
      return {
        type: 'Member',
        scope: 'members:read',
        read: async () => (await loaders.members.load(workspace)).find((it) => it.id === name),
      }
    default:
      return kind satisfies never
  }
}

/** The type of a row is told by what read it. */
function tag(type: string, row: object): object {
  Object.defineProperty(row, TYPE_NAME, { value: type, configurable: true })
  return row
}
