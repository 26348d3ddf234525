import type { ObjectRef } from '@pothos/core'
import {
  namedId,
  type SecretPage,
  type SecretPolicy,
  type SecretSummary,
  type SecretUsage,
  type SecretUseCount,
} from '../../domain/index.ts'
import type { ChangeErrorCode } from '../../errors.ts'
import { allowedHosts, isSamePolicy } from '../../secret/policy.ts'
import type { Builder, SchemaTypes } from '../builder.ts'
import { actorOf } from '../caller.ts'
import { costs } from '../query-cost.ts'
import type { AutomationRef } from './automation.ts'
import { nodeType } from './node.ts'
import { pageAfter, pageSize } from './page.ts'
import { attempt, defineResult, onceCodes } from './result.ts'
import { defineSealingKey } from './sealing-key.ts'
import { defineSecretConnections, idOfUsage } from './secret-connections.ts'
import { newValueOf, secretInputs } from './secret-input.ts'

const MAX_PAGE = 5000
const USUAL_USAGES = 500

export function defineSecret(builder: Builder, Automation: AutomationRef): void {
  const Secret = builder.objectRef<SecretSummary>('Secret').implement({
    interfaces: [nodeType(builder)],
    description: 'A named value of a workspace. The API never returns the value.',
    // These for ever, and none that tells more: a test checks it. The id is made of the names of workspace and secret.
    fields: (t) => ({
      id: t.id({
        description: 'Made of the id of the workspace and the name, and of nothing else.',
        resolve: ({ workspace, name }) => namedId(workspace, 'secret', name),
      }),
      name: t.exposeString('name'),
      updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
    }),
  })
  const SecretUsage = builder.objectRef<SecretUsage>('SecretUsage').implement({
    description: 'A field of a step that names a secret.',
    fields: (t) => ({
      id: t.id({ resolve: idOfUsage }),
      automation: t.field({
        type: Automation,
        authScopes: ({ automation }) => ({ 'automations:read': automation.workspace }),
        resolve: (usage) => usage.automation,
      }),
      step: t.exposeString('step'),
      field: t.exposeString('field'),
    }),
  })
  const SecretPolicy = builder.objectRef<SecretPolicy>('SecretPolicy').implement({
    interfaces: [nodeType(builder)],
    description: 'Where the value of a secret may go. An empty list allows everything.',
    fields: (t) => ({
      id: t.id({
        description: 'Made of the id of the workspace and the name of the secret.',
        resolve: ({ workspace, name }) => namedId(workspace, 'policy', name),
      }),
      name: t.exposeString('name'),
      allowedHosts: t.stringList({
        resolve: ({ policy }) => allowedHosts(policy),
      }),
      hosts: t.stringList({
        resolve: ({ policy }) => [...policy.hosts],
      }),
      methods: t.stringList({
        resolve: ({ policy }) => [...policy.methods],
      }),
      paths: t.stringList({
        resolve: ({ policy }) => [...policy.paths],
      }),
      places: t.stringList({
        resolve: ({ policy }) => [...policy.places],
      }),
      sealed: t.boolean({
        description:
          'Whether exactly this policy is sealed with the value. After a change a worker seals it soon.',
        resolve: ({ policy, sealedPolicy }) => Boolean(sealedPolicy && isSamePolicy(policy, sealedPolicy)),
      }),
      lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
      owner: t.exposeString('owner', {
        nullable: true,
        description: 'Who answers for the secret, as an admin wrote it.',
      }),
      description: t.exposeString('description', {
        nullable: true,
        description: 'What the secret is for, as an admin wrote it.',
      }),
    }),
  })
  const SecretUseCount = builder.objectRef<SecretUseCount>('SecretUseCount').implement({
    description: 'How many automations name a secret. One that none names is left out.',
    fields: (t) => ({
      id: t.id({
        description: 'Made of the name of the secret.',
        resolve: ({ name }) => name,
      }),
      name: t.exposeString('name', { description: 'The name of the secret.' }),
      automations: t.exposeInt('automations', { description: 'How many automations name it.' }),
    }),
  })
  const SealingKey = defineSealingKey(builder)
  defineSecretConnections(builder, { Secret, SecretPolicy, SecretUsage })

  builder.queryFields((t) => ({
    secrets: t.field({
      type: [Secret],
      extensions: costs({ weight: 10, most: MAX_PAGE }),
      description: 'Sorted by name; `after` is the last name seen.',
      authScopes: (_parent, { workspace }) => ({ 'secrets:read': workspace }),
      deprecationReason: 'Since 2026-11-27: use secretsConnection, which says whether there are more.',
      args: pageArgs(t),
      resolve: (_parent, { workspace, ...page }, { domain }) => domain.secrets.list(workspace, pageOf(page)),
    }),
    secretPolicies: t.field({
      type: [SecretPolicy],
      extensions: costs({ weight: 10, most: MAX_PAGE }),
      description: 'The policies of the secrets that `secrets` returns for the same arguments.',
      authScopes: (_parent, { workspace }) => ({ 'secrets:write': workspace }),
      deprecationReason: 'Since 2026-11-27: use secretPoliciesConnection, which says whether there are more.',
      args: pageArgs(t),
      resolve: (_parent, { workspace, ...page }, { domain }) =>
        domain.secrets.policies(workspace, pageOf(page)),
    }),
    secretUsages: t.field({
      type: [SecretUsage],
      // All automations of the workspace are searched for each page.
      extensions: costs({ weight: 2000, most: MAX_PAGE }),
      description: 'By the name of the automation; `after` is the last id seen.',
      deprecationReason: 'Since 2026-11-27: use secretUsagesConnection, which says whether there are more.',
      authScopes: (_parent, { workspace }) => ({ 'secrets:read': workspace }),
      args: {
        workspace: t.arg.id(),
        name: t.arg.string(),
        first: t.arg.int({ required: false, defaultValue: USUAL_USAGES }),
        after: t.arg.id({ required: false }),
      },
      resolve: async (_parent, { workspace, name, first, after }, { domain }) => {
        const size = pageSize(first, USUAL_USAGES, MAX_PAGE)
        return pageAfter(await domain.automations.secretUsages(workspace, name), idOfUsage, after, size)
      },
    }),
    secretUseCounts: t.field({
      type: [SecretUseCount],
      // All automations of the workspace are read.
      extensions: costs({ weight: 2000, size: 500 }),
      description: 'How many automations name each secret, sorted by the name of the secret.',
      authScopes: (_parent, { workspace }) => ({ 'secrets:write': workspace }),
      args: { workspace: t.arg.id() },
      resolve: (_parent, { workspace }, { domain }) => domain.secretUseCounts(workspace),
    }),
    secretPolicy: t.field({
      type: SecretPolicy,
      nullable: true,
      authScopes: (_parent, { workspace }) => ({ 'secrets:write': workspace }),
      args: { workspace: t.arg.id(), name: t.arg.string() },
      resolve: (_parent, { workspace, name }, { domain }) => domain.secrets.policy(workspace, name),
    }),
    sealingKey: t.field({
      type: SealingKey,
      authScopes: (_parent, { workspace }) => ({ 'secrets:write': workspace }),
      args: { workspace: t.arg.id() },
      resolve: (_parent, { workspace }, { domain }) => domain.sealingKey(workspace),
    }),
  }))
  defineChanges(builder, Secret, SecretPolicy)
}

function pageArgs({ arg }: PothosSchemaTypes.QueryFieldBuilder<SchemaTypes, object>) {
  return {
    workspace: arg.id(),
    search: arg.string({ required: false }),
    first: arg.int({ required: false, defaultValue: 100 }),
    after: arg.string({ required: false }),
  }
}

function pageOf({ search, first, after }: PageArguments): SecretPage {
  return { first: pageSize(first, 100, MAX_PAGE), ...(search && { search }), ...(after && { after }) }
}

interface PageArguments {
  search?: string | null | undefined
  first?: number | null | undefined
  after?: string | null | undefined
}

type Ref<T> = ObjectRef<SchemaTypes, T>

const valueCodes: readonly ChangeErrorCode[] = [
  'INVALID_NAME',
  'INVALID_VALUE',
  'VALUE_TOO_LARGE',
  'SEALED_VALUE_REJECTED',
  'NOT_FOUND',
]

function defineChanges(builder: Builder, Secret: Ref<SecretSummary>, SecretPolicy: Ref<SecretPolicy>): void {
  const { SecretInput, SecretNameInput, SecretPolicyInput, SecretNotesInput } = secretInputs(builder)
  const result = (name: string, codes: readonly ChangeErrorCode[]) =>
    defineResult<{ secret: SecretSummary }>(builder, name, codes, (t) => ({
      secret: t.field({ type: Secret, resolve: ({ secret }) => secret }),
    }))
  const CreateSecretResult = result('CreateSecret', [
    ...valueCodes,
    'NAME_TAKEN',
    'LIMIT_REACHED',
    ...onceCodes,
  ])
  const UpdateSecretResult = result('UpdateSecret', [...valueCodes, 'LIMIT_REACHED', ...onceCodes])
  const DeleteSecretResult = result('DeleteSecret', ['INVALID_NAME', 'NOT_FOUND'])
  const SetSecretPolicyResult = defineResult<{ policy: SecretPolicy }>(
    builder,
    'SetSecretPolicy',
    ['INVALID_NAME', 'INVALID_VALUE', 'NOT_FOUND', 'LIMIT_REACHED', 'POLICY_WIDENS'],
    (t) => ({ policy: t.field({ type: SecretPolicy, resolve: ({ policy }) => policy }) }),
  )

  const DescribeSecretResult = defineResult<{ policy: SecretPolicy }>(
    builder,
    'DescribeSecret',
    ['INVALID_NAME', 'INVALID_FIELD', 'NOT_FOUND', 'CONFLICT'],
    (t) => ({ policy: t.field({ type: SecretPolicy, resolve: ({ policy }) => policy }) }),
  )

  builder.mutationFields((t) => ({
    describeSecret: t.field({
      type: DescribeSecretResult,
      description: 'Says who answers for a secret and what it is for. Only admins read it.',
      authScopes: (_parent, { input }) => ({ 'secrets:write': input.workspace }),
      args: { input: t.arg({ type: SecretNotesInput }) },
      resolve: (_parent, { input: { workspace, name, ...notes } }, { domain, caller }) =>
        attempt(async () => ({
          policy: await domain.secrets.describe(actorOf(caller), workspace, name, notes),
        })),
    }),
    createSecret: t.field({
      type: CreateSecretResult,
      authScopes: (_parent, { input }) => ({ 'secrets:write': input.workspace }),
      args: { input: t.arg({ type: SecretInput }) },
      resolve: (_parent, { input }, { domain: { secrets }, caller, once }) =>
        attempt(async () => {
          const { workspace, name } = input
          const its = once('createSecret', workspace, input)
          return { secret: await secrets.create(actorOf(caller), workspace, name, newValueOf(input), its) }
        }),
    }),
    updateSecret: t.field({
      type: UpdateSecretResult,
      authScopes: (_parent, { input }) => ({ 'secrets:write': input.workspace }),
      args: {
        input: t.arg({ type: SecretInput, description: 'The secret and its new value.' }),
        ifUpdatedAt: t.arg({
          type: 'DateTime',
          required: false,
          description:
            'The `updatedAt` that the client has read. When the value was replaced since, the update is refused with CONFLICT.',
        }),
      },
      resolve: (_parent, { input, ifUpdatedAt }, { domain: { secrets }, caller, once }) =>
        attempt(async () => {
          const { workspace, name } = input
          const options = {
            ifUpdatedAt: ifUpdatedAt ?? undefined,
            once: once('updateSecret', workspace, { ...input, ...(ifUpdatedAt && { ifUpdatedAt }) }),
          }
          const [actor, value] = [actorOf(caller), newValueOf(input)]
          return { secret: await secrets.update(actor, workspace, name, value, options) }
        }),
    }),
    deleteSecret: t.field({
      type: DeleteSecretResult,
      authScopes: (_parent, { input }) => ({ 'secrets:write': input.workspace }),
      args: { input: t.arg({ type: SecretNameInput }) },
      resolve: (_parent, { input }, { domain, caller }) =>
        attempt(async () => ({
          secret: await domain.secrets.delete(actorOf(caller), input.workspace, input.name),
        })),
    }),
    setSecretPolicy: t.field({
      type: SetSecretPolicyResult,
      authScopes: (_parent, { input }) => ({ 'secrets:write': input.workspace }),
      args: { input: t.arg({ type: SecretPolicyInput }) },
      resolve: (_parent, { input: { workspace, name, ...policy } }, { domain, caller }) =>
        attempt(async () => ({
          policy: await domain.secrets.setPolicy(actorOf(caller), workspace, name, policy),
        })),
    }),
  }))
}
