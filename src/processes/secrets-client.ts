import { AppError, type ErrorCode } from '../errors.ts'
import { checkValue } from '../secret/value.ts'
import type { Sensitive } from '../sensitive.ts'
import { normalizeSecretName } from '../template/index.ts'
import { sealValue } from '../vault/seal-value.ts'
import type { PublicWorkspaceKey } from '../vault/sealing.ts'
import { type ApiRequest, createApiRequest } from './api-request.ts'

/** The secrets of the workspace that an API token belongs to, over the API. */
export interface SecretsClient {
  list(): Promise<{ name: string; updatedAt: string }[]>
  /** Creates the secret or replaces its value, which is sealed before anything is sent. */
  set(name: string, value: Sensitive): Promise<{ name: string; created: boolean }>
  /** @returns the name as it was stored. */
  delete(name: string): Promise<string>
}

const PAGE = 100
const refused = '... on Error { code message }'
const documents = {
  list: `query ($workspace: ID!, $first: Int, $after: String) {
    secrets(workspace: $workspace, first: $first, after: $after) { name updatedAt }
  }`,
  sealingKey: 'query ($workspace: ID!) { sealingKey(workspace: $workspace) { kid jwk } }',
  create: `mutation ($input: SecretInput!) { result: createSecret(input: $input) { __typename ${refused} } }`,
  update: `mutation ($input: SecretInput!) { result: updateSecret(input: $input) { __typename ${refused} } }`,
  delete: `mutation ($input: SecretNameInput!) { result: deleteSecret(input: $input) { __typename ${refused} } }`,
}

/**
 * @param token names the workspace in its first part.
 * @throws AppError INVALID_CONFIG when the token is not one.
 */
export function createSecretsClient(url: string, token: Sensitive): SecretsClient {
  const workspace = /^lks_([a-z0-9-]{1,40})\.[\w-]{43}$/.exec(token.reveal())?.[1]
  if (workspace === undefined) {
    throw new AppError(
      'INVALID_CONFIG',
      'The API token is incomplete or none (not shown). It begins with lks_.',
    )
  }
  const request = createApiRequest(url, token)
  return {
    list: () => list(request, workspace),
    set: (name, value) => set(request, workspace, normalizeSecretName(name), value),
    async delete(input) {
      const name = normalizeSecretName(input)
      await change(request, documents.delete, { workspace, name })
      return name
    },
  }
}

async function list(request: ApiRequest, workspace: string): Promise<{ name: string; updatedAt: string }[]> {
  const all: { name: string; updatedAt: string }[] = []
  for (;;) {
    const variables = { workspace, first: PAGE, after: all.at(-1)?.name }
    const { secrets } = await request<{ secrets: typeof all }>(documents.list, variables)
    all.push(...secrets)
    if (secrets.length < PAGE) return all
  }
}

async function set(
  request: ApiRequest,
  workspace: string,
  name: string,
  value: Sensitive,
): Promise<{ name: string; created: boolean }> {
  // Nobody else can: the API sees a sealed value.
  checkValue(value.reveal())
  const write = async (document: string) => {
    const { sealingKey } = await request<{ sealingKey: PublicWorkspaceKey }>(documents.sealingKey, {
      workspace,
    })
    const sealedValue = await sealValue(sealingKey, { workspace, name }, value.reveal())
    await change(request, document, { workspace, name, sealedValue })
  }
  try {
    await write(documents.update)
    return { name, created: false }
  } catch (error) {
    if (!isCode(error, 'NOT_FOUND')) throw error
    await write(documents.create)
    return { name, created: true }
  }
}

const isCode = (error: unknown, code: ErrorCode): boolean => error instanceof AppError && error.code === code

async function change(request: ApiRequest, document: string, input: object): Promise<void> {
  const { result } = await request<{ result: { code?: ErrorCode; message?: string } }>(document, { input })
  if (result.code !== undefined) throw new AppError(result.code, result.message ?? result.code)
}
