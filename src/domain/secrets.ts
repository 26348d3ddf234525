import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import {
  anywhere,
  isSamePolicy,
  type Policy,
  type PolicyDraft,
  readPolicy,
  widening,
} from '../secret/policy.ts'
import { checkValue, MIN_VALUE_LENGTH, valueTooShort } from '../secret/value.ts'
import { type AuditAction, Secret } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Store, Tx } from '../store/store.ts'
import { normalizeSecretName } from '../template/index.ts'
import { checkSealedValue, sealedValueSize, sealInNode } from '../vault/sealing.ts'
import { type Actor, recordAudit } from './audit.ts'
import { madeIsGone, type Once, takeOnce } from './once.ts'
import {
  countNames,
  listNames,
  listPolicies,
  type SecretPage,
  type SecretPolicy,
  type SecretSummary,
} from './secret-list.ts'
import { describeSecret, type NotesChange } from './secret-notes.ts'
import { type PolicyChoice, readChoice, readWholePolicy } from './secret-policy.ts'
import { currentKey } from './workspace-keys.ts'

/**
 * A new value: exactly one of the clear or the sealed form. Without a policy, a new secret may go to any public
 * host, and an existing one keeps its policy.
 */
export interface NewValue extends PolicyChoice {
  value?: string | null | undefined
  sealedValue?: string | null | undefined
}

const MAX_SECRETS = 20_000

export interface UpdateOptions {
  /** The time of the last change that the client has read. */
  ifUpdatedAt?: Date | undefined
  once?: Once | undefined
}

export interface Secrets {
  list(workspace: string, page: SecretPage): Promise<SecretSummary[]>
  /** @param name as it is stored. */
  get(workspace: string, name: string): Promise<SecretSummary | undefined>
  /** How many secrets have `search` in their names; without it, all. */
  count(workspace: string, search?: string): Promise<number>
  /** The policies of the secrets that `list` returns for the same page. */
  policies(workspace: string, page: SecretPage): Promise<SecretPolicy[]>
  create(actor: Actor, workspace: string, name: string, value: NewValue, once?: Once): Promise<SecretSummary>
  /** @throws AppError CONFLICT when the secret has changed since `ifUpdatedAt`, if that is given. */
  update(
    actor: Actor,
    workspace: string,
    name: string,
    value: NewValue,
    options?: UpdateOptions,
  ): Promise<SecretSummary>
  delete(actor: Actor, workspace: string, name: string): Promise<SecretSummary>
  policy(workspace: string, name: string): Promise<SecretPolicy | undefined>
  /** @param name as it is stored. */
  policyOf(workspace: string, name: string): Promise<SecretPolicy | undefined>
  setPolicy(
    actor: Actor,
    workspace: string,
    name: string,
    policy: PolicyDraft & Pick<PolicyChoice, 'allowedHosts'>,
  ): Promise<SecretPolicy>
  /** Says who answers for a secret and what it is for. An empty text, or null, takes it away. */
  describe(actor: Actor, workspace: string, name: string, notes: NotesChange): Promise<SecretPolicy>
}

export function createSecrets({ store }: { store: Store }): Secrets {
  const policyOf = async (workspace: string, name: string) =>
    (await store.em().findOne(Secret, { workspace, name }, { fields: policyColumns })) ?? undefined
  return {
    list: (workspace, page) => listNames(store, workspace, page),
    count: (workspace, search) => countNames(store, workspace, search),
    async get(workspace, name) {
      const [found] = await store.read<SecretSummary>(secretByName, [workspace, name])
      return found
    },
    policies: (workspace, page) => listPolicies(store, workspace, page),
    async create(actor, workspace, input, value, once) {
      const at = { workspace, name: normalizeSecretName(input) }
      const policy = readChoice(value) ?? anywhere
      const sealed = await (await readNewValue(store, at, value))(policy)
      return store.inTransaction(async (tx) =>
        (await takeOnce(tx, workspace, once, at.name)) === undefined
          ? createSecret(tx, actor, at, sealed)
          : summaryOf(tx, at),
      )
    },
    async update(actor, workspace, input, value, { ifUpdatedAt, once } = {}) {
      const at = { workspace, name: normalizeSecretName(input) }
      const policy = readChoice(value)
      const seal = await readNewValue(store, at, value)
      return store.inTransaction(async (tx) =>
        (await takeOnce(tx, workspace, once, at.name)) === undefined
          ? updateSecret(tx, actor, at, (kept) => seal(policy ?? kept), ifUpdatedAt)
          : summaryOf(tx, at),
      )
    },
    async delete(actor, workspace, input) {
      const name = normalizeSecretName(input)
      return store.inTransaction(async (tx) => {
        const secret = await tx.findOne(Secret, { workspace, name }, { fields: ['name', 'updatedAt'] })
        if (!secret) throw secretNotFound(name)
        // If two people delete it at once, only one succeeds.
        if ((await tx.nativeDelete(Secret, { workspace, name })) === 0) throw secretNotFound(name)
        await recordAudit(tx, { workspace, actor, action: 'secret.delete', target: name })
        return { workspace, name, updatedAt: secret.updatedAt }
      })
    },
    policy: (workspace, input) => policyOf(workspace, normalizeSecretName(input)),
    policyOf,
    async setPolicy(actor, workspace, input, draft) {
      const at = { workspace, name: normalizeSecretName(input) }
      const policy = readWholePolicy(draft)
      return store.inTransaction((tx) => setPolicy(tx, actor, at, policy))
    },
    describe: (actor, workspace, input, notes) =>
      describeSecret(store, actor, { workspace, name: normalizeSecretName(input) }, notes),
  }
}

const secretByName = statement(
  'select workspace_id as workspace, name, updated_at as "updatedAt" from secret where workspace_id = $1 and name = $2',
)
const policyColumns = [
  'workspace',
  'name',
  'policy',
  'sealedPolicy',
  'lastUsedAt',
  'owner',
  'description',
] as const

interface Sealed extends Pick<Secret, 'sealed' | 'kid' | 'policy' | 'sealedPolicy'> {}

interface Place {
  workspace: string
  name: string
}

/** What a key has made before. @throws AppError CONFLICT */
async function summaryOf(tx: Tx, { workspace, name }: Place): Promise<SecretSummary> {
  const secret = await tx.findOne(Secret, { workspace, name }, { fields: ['name', 'updatedAt'] })
  if (!secret) throw madeIsGone()
  return { workspace, name, updatedAt: secret.updatedAt }
}

async function createSecret(
  tx: Tx,
  actor: Actor,
  { workspace, name }: Place,
  sealed: Sealed,
): Promise<SecretSummary> {
  if ((await tx.count(Secret, { workspace })) >= MAX_SECRETS) {
    throw new AppError(
      'LIMIT_REACHED',
      `A workspace holds at most ${MAX_SECRETS} secrets. Delete one first.`,
      { limit: 'secrets' },
    )
  }
  const now = databaseTime()
  try {
    await tx.insert(Secret, { workspace, name, ...sealed, createdAt: now, updatedAt: now })
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error
    const advice = 'Update that secret, or choose another name.'
    throw new AppError('NAME_TAKEN', `A secret named ${name} exists already. ${advice}`)
  }
  await recordPolicy(tx, actor, 'secret.create', { workspace, name }, sealed.policy)
  return { workspace, name, updatedAt: now }
}

/** A value without a policy keeps the secret's policy at the moment when the value is stored. */
async function updateSecret(
  tx: Tx,
  actor: Actor,
  { workspace, name }: Place,
  seal: (kept: Policy) => Promise<Sealed>,
  ifUpdatedAt: Date | undefined,
): Promise<SecretSummary> {
  const { policy: kept, updatedAt: before } = await findForUpdate(tx, { workspace, name })
  if (ifUpdatedAt && before.getTime() !== ifUpdatedAt.getTime()) throw changedSince(name, before)
  const sealed = await seal(kept)
  const updatedAt = databaseTime()
  await tx.nativeUpdate(Secret, { workspace, name }, { ...sealed, updatedAt })
  await recordPolicy(tx, actor, 'secret.update', { workspace, name }, sealed.policy)
  return { workspace, name, updatedAt }
}

/** Refuses a value that no policy can make valid. @returns the function that seals the value with a policy. */
async function readNewValue(
  store: Store,
  at: Place,
  { value, sealedValue }: NewValue,
): Promise<(policy: Policy) => Promise<Sealed>> {
  if ((value ?? undefined) === undefined ? !sealedValue : Boolean(sealedValue)) {
    throw new AppError('INVALID_VALUE', 'Give either value or sealedValue.')
  }
  const key = await currentKey(store.em(), at.workspace)
  const { kid } = key
  if (sealedValue) {
    const claimed = checkSealedValue(at, kid, sealedValue)
    // White space and other rules cannot be checked through the seal. The client checks them.
    if (sealedValueSize(sealedValue) < MIN_VALUE_LENGTH) throw valueTooShort()
    return async (policy) => {
      if (claimed) assertSealedWith(at.name, claimed, policy)
      return { sealed: sealedValue, kid, policy, sealedPolicy: claimed ? policy : null }
    }
  }
  checkValue(value ?? '')
  return async (policy) => {
    const sealed = await sealInNode(key, at, value ?? '', policy)
    return { sealed, kid, policy, sealedPolicy: policy }
  }
}

/**
 * The policy that a client seals in must equal the one that it sends. Otherwise the row would promise something
 * that no worker enforces.
 */
function assertSealedWith(name: string, claimed: Policy, policy: Policy): void {
  if (isSamePolicy(readClaimed(name, claimed), policy)) return
  const why =
    'the policy that is sealed in is not the one that was sent with it, or the one that the secret has'
  throw new AppError('SEALED_VALUE_REJECTED', `The sealed value of ${name} is rejected: ${why}.`)
}

function readClaimed(name: string, claimed: Policy): Policy {
  try {
    return readPolicy(claimed)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const message = `The sealed value of ${name} is rejected: in its policy, ${error.message}`
    throw new AppError('SEALED_VALUE_REJECTED', message)
  }
}

/** Narrows the policy of a value. To widen it, a person has to enter the value again. */
async function setPolicy(tx: Tx, actor: Actor, at: Place, policy: Policy): Promise<SecretPolicy> {
  const { workspace, name } = at
  const { policy: current, ...kept } = await findForUpdate(tx, at)
  const { sealedPolicy, lastUsedAt, owner, description } = kept
  const more = [...widening(policy, current), ...(sealedPolicy ? widening(policy, sealedPolicy) : [])]
  if (more.length > 0) throw policyWidens(name, [...new Set(more)])
  await tx.nativeUpdate(Secret, { workspace, name }, { policy })
  await recordPolicy(tx, actor, 'secret.policy', at, policy)
  return { workspace, name, policy, sealedPolicy, lastUsedAt, owner, description }
}

function policyWidens(name: string, more: readonly string[]): AppError {
  const shown = [...more.slice(0, 3), ...(more.length > 3 ? [`${more.length - 3} more`] : [])].join(', ')
  const advice = 'Enter the value again together with the new policy.'
  const why = 'The policy is sealed with the value, so it can be narrowed, and not widened, without it.'
  return new AppError(
    'POLICY_WIDENS',
    `This would let ${name} go further than now: ${shown}. ${why} ${advice}`,
  )
}

/** @throws AppError NOT_FOUND */
async function findForUpdate(tx: Tx, { workspace, name }: Place) {
  const fields = ['policy', 'sealedPolicy', 'lastUsedAt', 'updatedAt', 'owner', 'description'] as const
  const secret = await tx.findOne(
    Secret,
    { workspace, name },
    { fields, lockMode: LockMode.PESSIMISTIC_WRITE },
  )
  if (!secret) throw secretNotFound(name)
  return secret
}

function recordPolicy(tx: Tx, actor: Actor, action: AuditAction, at: Place, policy: Policy): Promise<void> {
  return recordAudit(tx, { workspace: at.workspace, actor, action, target: at.name, detail: { ...policy } })
}

function changedSince(name: string, at: Date): AppError {
  const advice = 'Load it again, and decide whether your value is to replace that one.'
  return new AppError(
    'CONFLICT',
    `Someone else gave ${name} another value meanwhile, at ${at.toISOString()}. ${advice}`,
  )
}

function secretNotFound(name: string): AppError {
  return new AppError('NOT_FOUND', `There is no secret named ${name} in this workspace.`)
}
