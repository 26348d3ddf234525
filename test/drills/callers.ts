import { setTimeout as sleep } from 'node:timers/promises'
import { runAutomation } from '../support/documents.ts'
import type { Member } from './processes.ts'
import type { Random } from './random.ts'

/** An automation that callers start in either way. */
export interface Target {
  id: string
  hookPath: string
}

export interface Caller {
  apis: readonly Member[]
  token: string
  random: Random
}

// How long a caller waits for an answer, in milliseconds.
const PATIENCE = 15_000

/**
 * Starts a run as a careful caller does: it repeats the request with the same key, at any API, until the run is
 * acknowledged. Some callers leave before the answer, and some ask twice at once.
 *
 * @returns every acknowledged id.
 */
export async function startOneRun(caller: Caller, target: Target, number: number): Promise<string[]> {
  const { random } = caller
  const start = random.next() < 0.5 ? startByHook : startByMutation
  const hurried = random.next() < 0.1
  const twice = random.next() < 0.1
  const ids: string[] = []
  if (hurried)
    await start(caller, target, number, random.between(1, 40)).then(
      (id) => ids.push(id),
      () => 0,
    )
  const ask = async () => {
    for (;;) {
      const id = await start(caller, target, number, PATIENCE).catch(() => undefined)
      if (id !== undefined) return void ids.push(id)
      await sleep(random.between(50, 500))
    }
  }
  await Promise.all(twice ? [ask(), ask()] : [ask()])
  return ids
}

async function startByHook(
  { apis, random }: Caller,
  { hookPath }: Target,
  number: number,
  patience: number,
): Promise<string> {
  const url = `${pickApi(apis, random)}${hookPath}`
  const response = await send(url, { n: number }, { 'idempotency-key': `run-${number}` }, patience)
  const { runId } = (await response.json()) as { runId?: string }
  if (response.status !== 202 || runId === undefined) throw new Error(`the hook answered ${response.status}`)
  return runId
}

async function startByMutation(
  { apis, token, random }: Caller,
  { id }: Target,
  number: number,
  patience: number,
): Promise<string> {
  const input = { automation: id, input: { body: { n: number } }, idempotencyKey: `run-${number}` }
  const url = `${pickApi(apis, random)}/graphql`
  const body = { query: runAutomation, variables: { input } }
  const response = await send(url, body, { authorization: `Bearer ${token}` }, patience)
  const { data } = (await response.json()) as { data?: { runAutomation?: { run?: { id: string } } } }
  const run = data?.runAutomation?.run
  if (!run) throw new Error(`the API answered ${response.status} without a run`)
  return run.id
}

const pickApi = (apis: readonly Member[], random: Random): string =>
  apis[random.between(0, apis.length - 1)]?.url ?? ''

function send(
  url: string,
  body: object,
  headers: Record<string, string>,
  patience: number,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(patience),
  })
}
