import { AppError, type ErrorCode } from '../errors.ts'
import { GUESSABLE_WARNING, isGuessable } from '../secret/guessable.ts'
import { type Policy, type PolicyDraft, readPolicy } from '../secret/policy.ts'
import { checkValue } from '../secret/value.ts'
import { vendorOf } from '../secret/vendors.ts'
import type { Sensitive } from '../sensitive.ts'
import { normalizeSecretName } from '../template/index.ts'
import { sealValue } from '../vault/seal-value.ts'
import type { PublicWorkspaceKey } from '../vault/sealing.ts'
import { type ApiRequest, createApiRequest } from './api-request.ts'
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
}

const PAGE = 100
const REFUSED = '... on Error { code message }'
const documents = {
  list: `query ($workspace: ID!, $first: Int, $after: String, $withHosts: Boolean!) {
    secrets(workspace: $workspace, first: $first, after: $after) { name updatedAt }
    secretPolicies(workspace: $workspace, first: $first, after: $after) @include(if: $withHosts) { name hosts }
  }`,
  policy: `query ($workspace: ID!, $name: String!) {
    secretPolicy(workspace: $workspace, name: $name) { hosts methods paths places }
  }`,
  create: `mutation ($input: SecretInput!) { result: createSecret(input: $input) { __typename ${REFUSED} } }`,
  update: `mutation ($input: SecretInput!) { result: updateSecret(input: $input) { __typename ${REFUSED} } }`,
  delete: `mutation ($input: SecretNameInput!) { result: deleteSecret(input: $input) { __typename ${REFUSED} } }`,
}

/**
 * @param token names the workspace in its first part.
 * @param trust decides whether the key of the workspace is trusted.
 * @throws AppError INVALID_CONFIG when the token is malformed.
 */
export function createSecretsClient(url: string, token: Sensitive, trust: KeyTrust): SecretsClient {
  const workspace = /^lks_([a-z0-9-]{1,40})\.(?:[\w-]{43}|[0-9A-Za-z]{49})$/.exec(token.reveal())?.[1]
  if (workspace === undefined) {
    throw new AppError(
      'INVALID_CONFIG',
      'The API token is incomplete or none (not shown). It begins with lks_.',
    )
  }
  const request = createApiRequest(url, token)
  let key: Promise<PublicWorkspaceKey> | undefined
  const fetchKey = () => {
    key ??= fetchVouchedKey(request, url, workspace, trust)
    return key
  }
  return {
    list: (withHosts = false) => list(request, workspace, withHosts),
    set(input, value, { policy, guessable } = {}) {
      // Only the client can check it, because the API sees a sealed value.
      checkValue(value.reveal())
      if (!guessable && isGuessable(value.reveal())) throw canBeGuessed()
      const name = normalizeSecretName(input)
      return set({ request, fetchKey }, { workspace, name }, value, policy && readPolicy(policy))
    },
    async delete(input) {
      const name = normalizeSecretName(input)
      await change(request, documents.delete, { workspace, name })
      return name
    },
  }
}

async function list(request: ApiRequest, workspace: string, withHosts: boolean): Promise<ListedSecret[]> {
  const all: ListedSecret[] = []
  for (;;) {
    const variables = { workspace, first: PAGE, after: all.at(-1)?.name, withHosts }
    const { secrets, secretPolicies } = await request<{
      secrets: ListedSecret[]
      secretPolicies?: { name: string; hosts: string[] }[]
    }>(documents.list, variables)
    const hosts = new Map(secretPolicies?.map((it) => [it.name, it.hosts]))
    all.push(...secrets.map((it) => ({ ...it, hosts: hosts.get(it.name) })))
    if (secrets.length < PAGE) return all
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
  const { secretPolicy: current } = await request<{ secretPolicy: Policy | null }>(documents.policy, at)
  const policy = wanted ?? current
  if (!policy) throw nowhereToGo(at.name, value)
  const sealedValue = await sealValue(key, at, value.reveal(), policy)
  const { hosts, methods, paths, places } = policy
  const input = { ...at, sealedValue, policy: { hosts, methods, paths, places } }
  await change(request, current ? documents.update : documents.create, input)
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

async function change(request: ApiRequest, document: string, input: object): Promise<void> {
  const { result } = await request<{ result: { code?: ErrorCode; message?: string } }>(document, { input })
  if (result.code !== undefined) throw new AppError(result.code, result.message ?? result.code)
}
