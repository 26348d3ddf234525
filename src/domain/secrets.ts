import { UniqueConstraintViolationException } from '@mikro-orm/core'
import { AppError } from '../errors.ts'
import { normalizeHostPattern } from '../host-pattern.ts'
import { checkValue, MIN_VALUE_LENGTH, valueTooShort } from '../secret/value.ts'
import { Secret } from '../store/entities/index.ts'
import type { Store, Tx } from '../store/store.ts'
import { normalizeSecretName } from '../template/index.ts'
import { checkSealedValue, sealedValueSize, sealValue } from '../vault/sealing.ts'
import { type Actor, recordAudit } from './audit.ts'
import { currentKey } from './workspace-keys.ts'

/** All that anyone outside the worker ever learns of a secret. */
export type SecretSummary = Pick<Secret, 'name' | 'updatedAt'>
export type SecretPolicy = Pick<Secret, 'allowedHosts' | 'lastUsedAt'>

/** A new value, in the clear or sealed by the client: one of the two. */
export interface NewValue {
  value?: string | null | undefined
  sealedValue?: string | null | undefined
  /** Where it may go. Without them a new secret may go to any public host, and one that exists keeps its own. */
  allowedHosts?: readonly string[] | null | undefined
}

const MAX_SECRETS = 20_000
const MAX_HOSTS = 100

export interface Secrets {
  /** Names in order; `after` is the last name seen, `search` a part of a name in any spelling. */
  list(workspace: string, page: { search?: string; first: number; after?: string }): Promise<SecretSummary[]>
  create(actor: Actor, workspace: string, name: string, value: NewValue): Promise<SecretSummary>
  update(actor: Actor, workspace: string, name: string, value: NewValue): Promise<SecretSummary>
  delete(actor: Actor, workspace: string, name: string): Promise<SecretSummary>
  policy(workspace: string, name: string): Promise<SecretPolicy | undefined>
  setPolicy(
    actor: Actor,
    workspace: string,
    name: string,
    allowedHosts: readonly string[],
  ): Promise<SecretPolicy>
}

export function createSecrets({ store }: { store: Store }): Secrets {
  const seal = (workspace: string, name: string, input: NewValue) =>
    sealNewValue(store, workspace, name, input)
  return {
    list: (workspace, page) => listSecrets(store, workspace, page),
    async create(actor, workspace, input, value) {
      const name = normalizeSecretName(input)
      const policy = readPolicy(value.allowedHosts)
      const sealed = await seal(workspace, name, value)
      return store.inTransaction((tx) => createSecret(tx, actor, { workspace, name, ...sealed, ...policy }))
    },
    async update(actor, workspace, input, value) {
      const name = normalizeSecretName(input)
      const policy = readPolicy(value.allowedHosts)
      const sealed = await seal(workspace, name, value)
      return store.inTransaction(async (tx) => {
        const updatedAt = new Date()
        const change = { ...sealed, ...policy, updatedAt }
        const count = await tx.nativeUpdate(Secret, { workspace, name }, change)
        if (count === 0) throw secretNotFound(name)
        const detail = policy && { detail: policy }
        await recordAudit(tx, { workspace, actor, action: 'secret.update', target: name, ...detail })
        return { name, updatedAt }
      })
    },
    async delete(actor, workspace, input) {
      const name = normalizeSecretName(input)
      return store.inTransaction(async (tx) => {
        const secret = await tx.findOne(Secret, { workspace, name }, { fields: ['name', 'updatedAt'] })
        if (!secret) throw secretNotFound(name)
        // Of two who delete it at once, one does.
        if ((await tx.nativeDelete(Secret, { workspace, name })) === 0) throw secretNotFound(name)
        await recordAudit(tx, { workspace, actor, action: 'secret.delete', target: name })
        return { name, updatedAt: secret.updatedAt }
      })
    },
    async policy(workspace, input) {
      const name = normalizeSecretName(input)
      const fields = ['allowedHosts', 'lastUsedAt'] as const
      return (await store.em().findOne(Secret, { workspace, name }, { fields })) ?? undefined
    },
    setPolicy: (actor, workspace, name, hosts) =>
      setPolicy(store, actor, workspace, normalizeSecretName(name), hosts),
  }
}

function listSecrets(
  store: Store,
  workspace: string,
  { search, first, after }: { search?: string; first: number; after?: string },
): Promise<SecretSummary[]> {
  const parts = search?.trim() ? partsOfNames(search) : undefined
  // Nothing that a name could hold was searched for.
  if (parts?.length === 0) return Promise.resolve([])
  const conditions = [
    ...(parts ? [{ $or: parts.map((part) => ({ name: { $like: `%${part}%` } })) }] : []),
    ...(after ? [{ name: { $gt: after.replaceAll('\0', '') } }] : []),
  ]
  const where = conditions.length > 0 ? { workspace, $and: conditions } : { workspace }
  return store
    .em()
    .find(Secret, where, { fields: ['name', 'updatedAt'], orderBy: { name: 'asc' }, limit: first })
}

/**
 * What to look for in names, as patterns of LIKE. Names hold A-Z, 0-9 and _ alone, so what the person typed is
 * brought to that form: as it is, for it may begin and end anywhere in a name, and with `apiKey` split.
 */
function partsOfNames(search: string): string[] {
  const letters = search.normalize('NFKD').replaceAll(/\p{M}+/gu, '')
  const split = letters.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, '_')
  const parts = [letters, split].map((text) => text.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_'))
  const findable = parts.filter((part) => part !== '_' || search === '_')
  return [...new Set(findable)].map((part) => part.replaceAll('_', '\\_'))
}

type Sealed = Pick<Secret, 'sealed' | 'kid'>

interface NewSecret extends Sealed {
  workspace: string
  name: string
  allowedHosts?: string[]
}

async function createSecret(tx: Tx, actor: Actor, secret: NewSecret): Promise<SecretSummary> {
  const { workspace, name, allowedHosts } = secret
  if ((await tx.count(Secret, { workspace })) >= MAX_SECRETS) {
    throw new AppError('LIMIT_REACHED', `A workspace holds at most ${MAX_SECRETS} secrets. Delete one first.`)
  }
  const now = new Date()
  try {
    await tx.insert(Secret, { allowedHosts: [], ...secret, createdAt: now, updatedAt: now })
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error
    const advice = 'Update that secret, or choose another name.'
    throw new AppError('NAME_TAKEN', `A secret named ${name} exists already. ${advice}`)
  }
  const detail = allowedHosts && { detail: { allowedHosts } }
  await recordAudit(tx, { workspace, actor, action: 'secret.create', target: name, ...detail })
  return { name, updatedAt: now }
}

async function sealNewValue(
  store: Store,
  workspace: string,
  name: string,
  { value, sealedValue }: NewValue,
): Promise<Sealed> {
  if ((value ?? undefined) === undefined ? !sealedValue : Boolean(sealedValue)) {
    throw new AppError('INVALID_VALUE', 'Give either value or sealedValue.')
  }
  const key = await currentKey(store.em(), workspace)
  const { kid } = key
  if (sealedValue) {
    checkSealedValue({ workspace, name }, kid, sealedValue)
    // What cannot be seen through the seal (white space, longer characters) the client checks itself.
    if (sealedValueSize(sealedValue) < MIN_VALUE_LENGTH) throw valueTooShort()
    return { sealed: sealedValue, kid }
  }
  checkValue(value ?? '')
  return { sealed: await sealValue(key, { workspace, name }, value ?? ''), kid }
}

async function setPolicy(
  store: Store,
  actor: Actor,
  workspace: string,
  name: string,
  hosts: readonly string[],
): Promise<SecretPolicy> {
  const allowedHosts = readHosts(hosts)
  return store.inTransaction(async (tx) => {
    const count = await tx.nativeUpdate(Secret, { workspace, name }, { allowedHosts })
    if (count === 0) throw secretNotFound(name)
    const detail = { allowedHosts }
    await recordAudit(tx, { workspace, actor, action: 'secret.policy', target: name, detail })
    const { lastUsedAt } = await tx.findOneOrFail(Secret, { workspace, name }, { fields: ['lastUsedAt'] })
    return { allowedHosts, lastUsedAt }
  })
}

function readPolicy(hosts: NewValue['allowedHosts']): { allowedHosts: string[] } | undefined {
  return hosts ? { allowedHosts: readHosts(hosts) } : undefined
}

function readHosts(hosts: readonly string[]): string[] {
  if (hosts.length > MAX_HOSTS) {
    throw new AppError('LIMIT_REACHED', `A secret can be bound to at most ${MAX_HOSTS} hosts.`)
  }
  return [...new Set(hosts.map((host) => normalizeHostPattern(host)))]
}

function secretNotFound(name: string): AppError {
  return new AppError('NOT_FOUND', `There is no secret named ${name} in this workspace.`)
}
