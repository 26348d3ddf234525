import { AppError, type ErrorCode } from '../errors.ts'
import type { Sensitive } from '../sensitive.ts'
import { type ApiRequest, createApiRequest } from './api-request.ts'
import { documents } from './documents.ts'
import { watchRun } from './watch-run.ts'

/** What shows the API who asks. */
export interface Credentials {
  /** A token that works now. */
  token(): Promise<Sensitive>
  /** The workspace that the token or the person names; undefined: the only one of the person. */
  workspace: string | undefined
}

/** What the commands work with. */
export interface ApiSession {
  readonly url: string
  readonly request: ApiRequest
  /** @throws AppError INVALID_CONFIG when a person has to name it. */
  workspace(): Promise<string>
  /** Every state of a run until it has ended, the last one included. */
  watchRun<T extends { status: string }>(id: string, stopping?: AbortSignal): AsyncGenerator<T>
}

export interface Viewer {
  kind: 'PERSON' | 'API_TOKEN'
  name: string
  email: string | null
  workspaces: { id: string; name: string; viewerRole: string }[]
}

const API_TOKEN = /^lks_([a-z0-9-]{1,40})\.(?:[\w-]{43}|[0-9A-Za-z]{49})$/

/**
 * The credentials of an API token, which names its workspace in its first part.
 *
 * @param wanted a workspace that was asked for.
 * @throws AppError INVALID_CONFIG when the token is malformed, or of another workspace.
 */
export function tokenCredentials(token: Sensitive, wanted?: string): Credentials {
  const workspace = API_TOKEN.exec(token.reveal())?.[1]
  if (workspace === undefined)
    throw new AppError(
      'INVALID_CONFIG',
      'The API token is incomplete or none (not shown). It begins with lks_.',
    )
  if (wanted !== undefined && wanted !== workspace)
    throw new AppError('INVALID_CONFIG', `The API token is of the workspace ${workspace}, not of ${wanted}.`)
  return { token: async () => token, workspace }
}

export function createSession(url: string, { token, workspace }: Credentials): ApiSession {
  const request = createApiRequest(url, token)
  let found: Promise<string> | undefined
  return {
    url,
    request,
    workspace() {
      found ??= workspace === undefined ? onlyWorkspace(request) : Promise.resolve(workspace)
      return found
    },
    watchRun: (id, stopping) => watchRun({ url, token, request }, id, stopping),
  }
}

/** @throws AppError UNAUTHENTICATED as INVALID_CONFIG, as any request. */
export async function readViewer(request: ApiRequest): Promise<Viewer> {
  const { viewer } = await request<{ viewer: Viewer | null }>(documents.viewer, {})
  if (viewer) return viewer
  throw new AppError('INVALID_CONFIG', 'The API does not know the token. Sign in again: `lockstep login`.')
}

async function onlyWorkspace(request: ApiRequest): Promise<string> {
  const { workspaces } = await readViewer(request)
  const [only, another] = workspaces
  if (only && !another) return only.id
  const names = workspaces.map((it) => it.id).join(', ')
  const advice = names === '' ? 'You are in none: somebody has to invite you.' : `You are in ${names}.`
  throw new AppError('INVALID_CONFIG', `Name the workspace with --workspace. ${advice}`)
}

/** A change of the API. @returns its result. @throws AppError with the code and the message of a refusal. */
export async function change<T>(request: ApiRequest, document: string, variables: object): Promise<T> {
  type Result = T & { code?: ErrorCode; message?: string }
  const { result } = await request<{ result: Result }>(document, variables)
  if (result.code !== undefined) throw new AppError(result.code, result.message ?? result.code)
  return result
}

interface Page<T> {
  edges: { node: T }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** All pages of a connection. @param pageIn finds the page in the data. */
export async function readPages<T, Data>(
  request: ApiRequest,
  document: string,
  variables: object,
  pageIn: (data: Data) => Page<T>,
): Promise<T[]> {
  const all: T[] = []
  let after: string | undefined
  for (;;) {
    const { edges, pageInfo } = pageIn(await request<Data>(document, { ...variables, after }))
    all.push(...edges.map((it) => it.node))
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return all
    after = pageInfo.endCursor
  }
}
