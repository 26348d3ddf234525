import { AppError } from '../errors.ts'
import { GUESSABLE_WARNING, isGuessable } from '../secret/guessable.ts'
import { type Policy, type PolicyDraft, readPolicy } from '../secret/policy.ts'
import { checkValue } from '../secret/value.ts'
import { vendorOf } from '../secret/vendors.ts'
import type { Sensitive } from '../sensitive.ts'
import { normalizeSecretName } from '../template/index.ts'
import { sealValue } from '../vault/seal-value.ts'
import type { PublicWorkspaceKey } from '../vault/sealing.ts'
import type { ApiRequest } from './api-request.ts'
import { documents } from './documents.ts'
import { type ApiSession, change, readPages } from './session.ts'
import { fetchVouchedKey, type KeyTrust } from './vouched-key.ts'

export interface ListedSecret {
  name: string
  updatedAt: string
  hosts?: string[] | undefined
}

/** What a person chooses beside the value. */
export interface SetChoice {
  /** Where the value may go. If absent, an existing secret keeps its policy. */
  policy?: PolicyDraft | undefined
  /** The person knows that the value can be guessed. */
  guessable?: boolean | undefined
}

/** Manages the secrets of the workspace that an API token belongs to, over the API. */
export interface SecretsClient {
  /** @param withHosts adds where each secret may go, for an admin; no host means any public one. */
  list(withHosts?: boolean): Promise<ListedSecret[]>
  /**
   * Creates the secret or replaces its value. Value and policy are sealed before anything is sent.
   *
   * @throws AppError INVALID_VALUE for a new secret without a policy, and for a value that can be guessed.
   */
  set(name: string, value: Sensitive, choice?: SetChoice): Promise<{ name: string; created: boolean }>
  /** @returns the name as it was stored. */
  delete(name: string): Promise<string>
  /** Every place where an automation names the secret. */
  usages(name: string): Promise<SecretUsage[]>
  /** @throws AppError NOT_FOUND */
  policy(name: string): Promise<{ name: string } & StoredPolicy>
  /** Narrows where the value may go. @throws AppError POLICY_WIDENS, because only with the value it can be widened. */
  narrow(name: string, policy: PolicyDraft): Promise<string>
}

export interface SecretUsage {
  step: string
  field: string
  automation: { id: string; name: string }
}

type Page<Node> = {
  edges: { node: Node }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

export interface StoredPolicy extends Pick<Policy, 'hosts' | 'methods' | 'paths' | 'places'> {
  sealed: boolean
  lastUsedAt: string | null
}

const PAGE = 100

/** @param trust decides whether the key of the workspace is trusted. */
export function createSecretsClient({ url, request, workspace }: ApiSession, trust: KeyTrust): SecretsClient {
  let key: Promise<PublicWorkspaceKey> | undefined
  const fetchKey = () => {
    key ??= workspace().then((it) => fetchVouchedKey(request, url, it, trust))
    return key
  }
  const at = async (input: string) => {
    const name = normalizeSecretName(input)
    return { workspace: await workspace(), name }
  }
  return {
    list: async (withHosts = false) => list(request, await workspace(), withHosts),
    async set(input, value, { policy, guessable } = {}) {
      // Only the client can check it, because the API sees a sealed value.
      checkValue(value.reveal())
      if (!guessable && isGuessable(value.reveal())) throw canBeGuessed()
      return set({ request, fetchKey }, await at(input), value, policy && readPolicy(policy))
    },
    async delete(input) {
      const place = await at(input)
      await change(request, documents.deleteSecret, { input: place })
      return place.name
    },
    async usages(input) {
      type Data = { page: Page<SecretUsage> }
      return readPages(request, documents.secretUsages, await at(input), (data: Data) => data.page)
    },
    async policy(input) {
      type Data = { secretPolicy: StoredPolicy | null }
      const place = await at(input)
      const { secretPolicy } = await request<Data>(documents.secretPolicy, place)
      if (secretPolicy) return { name: place.name, ...secretPolicy }
      throw new AppError('NOT_FOUND', `There is no secret named ${place.name}.`)
    },
    async narrow(input, policy) {
      const place = await at(input)
      const { hosts, methods, paths, places } = readPolicy(policy)
      await change(request, documents.setSecretPolicy, { input: { ...place, hosts, methods, paths, places } })
      return place.name
    },
  }
}

async function list(request: ApiRequest, workspace: string, withHosts: boolean): Promise<ListedSecret[]> {
  const all: ListedSecret[] = []
  let ends: { after?: string | null; policiesAfter?: string | null } = {}
  for (;;) {
    const variables = { workspace, first: PAGE, ...ends, withHosts }
    const { secrets, policies } = await request<{
      secrets: Page<ListedSecret>
      policies?: Page<{ name: string; hosts: string[] }>
    }>(documents.secrets, variables)
    const hosts = new Map(policies?.edges.map(({ node }) => [node.name, node.hosts]))
    all.push(...secrets.edges.map(({ node }) => ({ ...node, hosts: hosts.get(node.name) })))
    if (!secrets.pageInfo.hasNextPage) return all
    ends = { after: secrets.pageInfo.endCursor, policiesAfter: policies?.pageInfo.endCursor ?? null }
  }
}

async function set(
  { request, fetchKey }: { request: ApiRequest; fetchKey(): Promise<PublicWorkspaceKey> },
  at: { workspace: string; name: string },
  value: Sensitive,
  wanted: Policy | undefined,
): Promise<{ name: string; created: boolean }> {
  // This comes first: a server whose key is not vouched for gets no other request.
  const key = await fetchKey()
  const { secretPolicy: current } = await request<{ secretPolicy: Policy | null }>(documents.secretPolicy, at)
  const policy = wanted ?? current
  if (!policy) throw nowhereToGo(at.name, value)
  const sealedValue = await sealValue(key, at, value.reveal(), policy)
  const { hosts, methods, paths, places } = policy
  const input = { ...at, sealedValue, policy: { hosts, methods, paths, places } }
  await change(request, current ? documents.updateSecret : documents.createSecret, { input })
  return { name: at.name, created: !current }
}

function canBeGuessed(): AppError {
  return new AppError('INVALID_VALUE', `${GUESSABLE_WARNING} Give a longer one, or --guessable if you know.`)
}

/** A new value goes nowhere by itself. It goes to any host only when the person says so. */
function nowhereToGo(name: string, value: Sensitive): AppError {
  const vendor = vendorOf(value.reveal())
  const hosts = vendor?.hosts.map((it) => `--host ${it}`).join(' ')
  const hint = hosts
    ? ` This looks like a value of ${vendor?.name}: ${hosts}`
    : vendor?.example
      ? ` This looks like a value of ${vendor.name}: --host with a host of yours, such as ${vendor.example}`
      : ''
  const choice = 'Give --host HOST, several times if need be, or --any-host for any public host.'
  return new AppError('INVALID_VALUE', `${name} is new: say where steps may send it. ${choice}${hint}`)
}
