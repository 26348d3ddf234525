import { randomUUID } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { documents } from '../client/documents.ts'
import { type ApiSession, change, readPages } from '../client/session.ts'
import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { row, type Told } from './api-command.ts'

export interface CreateOptions {
  role: string
  scope?: string[]
  days?: number | 'never'
  output?: string
}

interface Token {
  id: string
  name: string
  role: string
  scopes: string[]
  expiresAt: string | null
  lastUsedAt: string | null
}

const DAY_MS = 24 * 60 * 60 * 1000

interface Data {
  workspace: {
    page: { edges: { node: Token }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  }
}

async function readTokens({ request, workspace }: ApiSession): Promise<Token[]> {
  return readPages(
    request,
    documents.tokens,
    { workspace: await workspace() },
    (data: Data) => data.workspace.page,
  )
}

export async function listTokens(session: ApiSession): Promise<Told> {
  const tokens = await readTokens(session)
  return {
    json: { tokens },
    lines: tokens.map((it) => row(it.name, it.id, it.role, it.expiresAt ?? 'never ends', it.lastUsedAt)),
  }
}

export async function createToken(session: ApiSession, name: string, options: CreateOptions): Promise<Told> {
  const { role, scope, days, output } = options
  // The file is there before the token: one that could not be written would be lost.
  const file = output === undefined ? undefined : await newFile(output)
  try {
    const expiresAt = days === undefined ? undefined : endOf(days)
    const at = { workspace: await session.workspace(), name, role, expiresAt }
    const input = { ...at, idempotencyKey: randomUUID(), ...(scope && { scopes: scope }) }
    type Made = { id: string; token: string; apiToken: Omit<Token, 'id'> }
    const { id, token, apiToken } = await change<Made>(session.request, documents.createToken, { input })
    await file?.writeFile(`${token}\n`)
    const shown = file ? `The token ${apiToken.name} is in ${output}.` : token
    const json = { id, ...apiToken, token: file ? null : token, file: output ?? null }
    return { json, lines: [shown] }
  } catch (error) {
    if (output !== undefined) await rm(output, { force: true })
    throw error
  } finally {
    await file?.close()
  }
}

/** Null: never. */
const endOf = (days: number | 'never'): string | null =>
  days === 'never' ? null : new Date(databaseTime().getTime() + days * DAY_MS).toISOString()

async function newFile(path: string) {
  return open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('INVALID_CONFIG', `${path} cannot be made (${cause.code}). Name another file.`, {
      cause,
    })
  })
}

export async function revokeToken(session: ApiSession, wanted: string): Promise<Told> {
  const [found, another] = (await readTokens(session)).filter((it) => it.id === wanted || it.name === wanted)
  if (!found)
    throw new AppError('NOT_FOUND', `There is no token ${wanted}. \`lockstep tokens list\` has all.`)
  if (another) throw new AppError('CONFLICT', `Several tokens have the name ${wanted}. Give the id of one.`)
  await change(session.request, documents.revokeToken, { id: found.id })
  const { id, name } = found
  return { json: { id, name, revoked: true }, lines: [`${name} was revoked.`] }
}
