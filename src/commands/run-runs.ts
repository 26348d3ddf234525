import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { listAutomations, pickAutomation } from '../client/automations-client.ts'
import { documents } from '../client/documents.ts'
import { type ApiSession, change } from '../client/session.ts'
import { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import { row, type Told } from './api-command.ts'
import { RUN_FAILED } from './exit-codes.ts'

export interface ListOptions {
  automation?: string
  status?: string[]
  first: number
}

export interface StartOptions {
  input?: string
  watch?: true
}

interface Fault {
  code: string
  message: string
}

interface Run {
  id: string
  status: string
  createdAt: string
  automation: { id: string; name: string } | null
  error: Fault | null
}

interface WatchedRun extends Run {
  output: unknown
  steps: { key: string; status: string; attempt: number; error: Fault | null }[]
}

export async function listRuns(
  session: ApiSession,
  { automation, status, first }: ListOptions,
): Promise<Told> {
  const picked =
    automation === undefined ? undefined : pickAutomation(await listAutomations(session), automation)
  const variables = { workspace: await session.workspace(), automation: picked?.id, status, first }
  type Data = { page: { edges: { node: Run }[] } }
  const { page } = await session.request<Data>(documents.runs, variables)
  const runs = page.edges.map((it) => it.node)
  return {
    json: { runs },
    lines: runs.map((it) => row(it.id, it.status, it.createdAt, it.automation?.name)),
  }
}

export async function startRun(
  session: ApiSession,
  name: string,
  { input, watch }: StartOptions,
): Promise<Told> {
  const automation = pickAutomation(await listAutomations(session), name)
  const started = {
    automation: automation.id,
    idempotencyKey: randomUUID(),
    ...(input !== undefined && { input: await readInput(input) }),
  }
  const { run } = await change<{ run: { id: string } }>(session.request, documents.startRun, {
    input: started,
  })
  if (!watch) return { json: { run }, lines: [run.id] }
  process.stderr.write(`${run.id}\n`)
  return watchRun(session, run.id)
}

/** Its changes go to standard error, and how it ended to standard output. */
export async function watchRun(session: ApiSession, id: string): Promise<Told> {
  const said = new Set<string>()
  let last: WatchedRun | undefined
  for await (const run of session.watchRun<WatchedRun>(id)) {
    last = run
    for (const { key, status, attempt, error } of run.steps) {
      const line = `  ${key}: ${status}${attempt > 1 ? `, attempt ${attempt}` : ''}${messageOf(error)}`
      if (!said.has(line)) process.stderr.write(`${line}\n`)
      said.add(line)
    }
  }
  if (!last) throw new AppError('NOT_FOUND', 'There is no such run.')
  const lines = [`${last.status}${messageOf(last.error)}`]
  if (last.output !== null) lines.push(JSON.stringify(last.output, undefined, 2))
  return { json: { run: last }, lines, exitCode: last.status === 'SUCCEEDED' ? 0 : RUN_FAILED }
}

const messageOf = (error: Fault | null): string => (error ? `: ${error.code}. ${error.message}` : '')

export async function cancelRun({ request }: ApiSession, id: string): Promise<Told> {
  const { run } = await change<{ run: Run }>(request, documents.cancelRun, { id })
  return { json: { run }, lines: [`${run.id} is ${run.status}.`] }
}

async function readInput(file: string): Promise<unknown> {
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((cause) => {
    throw new AppError('INVALID_CONFIG', `${file} cannot be read (${cause.code ?? 'unknown'}).`, { cause })
  })
  try {
    return parseJson(content)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('INVALID_VALUE', 'The input is no JSON (not shown).', { cause })
  }
}
