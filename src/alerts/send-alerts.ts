import { setTimeout as sleep } from 'node:timers/promises'
import { databaseTime } from '../database-time.ts'
import type { Http } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Mailer } from '../mail/mailer.ts'
import {
  type AlertContent,
  closeAlert,
  postponeAlert,
  readAlert,
  type TakenAlert,
  takeAlert,
} from '../store/alerts.ts'
import { AuditEvent } from '../store/entities/index.ts'
import { newRowId } from '../store/row-id.ts'
import type { Store } from '../store/store.ts'
import { type AlertText, alertText } from './alert-text.ts'

export interface AlertParts {
  store: Store
  log: Logger
  /** Undefined: the instance sends no mails. */
  mailer: Pick<Mailer, 'deliver'> | undefined
  /** Goes to public addresses and those that the operator allows. */
  http(workspace: string, signal: AbortSignal): Http
  publicUrl: string
  /** Whether it may send now: the copy of a database stays silent. */
  mayWork(): boolean
}

const LOOK_MS = 5000
const TIMEOUT_MS = 10_000
// One whose end is unknown, as the worker died, is sent once more and not again.
const MOST_BEGUN = 2
// Refused ones are tried again for about a day.
const MOST_REFUSALS = 30
const FIRST_PAUSE_SECONDS = 30
const LONGEST_PAUSE_SECONDS = 3600

/**
 * Tells of failed runs until it is told to stop. Any number of workers may do so.
 *
 * @returns what ends it.
 */
export function startAlerts(parts: AlertParts): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const run = async () => {
    while (!signal.aborted) {
      if (parts.mayWork()) await sendDueAlerts(parts, signal)
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  }
  const running = run()
  return async () => {
    stopping.abort()
    await running
  }
}

/** Sends what is due, one after the other. No failure of it gets out: it must not disturb anything else. */
export async function sendDueAlerts(parts: AlertParts, signal: AbortSignal): Promise<void> {
  try {
    for (let taken = await takeAlert(parts.store); taken; taken = await takeAlert(parts.store)) {
      await settle(parts, taken, signal)
      if (signal.aborted) return
    }
  } catch (err) {
    if (!signal.aborted) parts.log.warn({ err }, 'alerts could not be sent, it will be tried again')
  }
}

async function settle(parts: AlertParts, taken: TakenAlert, signal: AbortSignal): Promise<void> {
  const { store } = parts
  const content = await readAlert(store, taken)
  const isWanted = content && (content.url !== null || (content.recipients.length > 0 && parts.mailer))
  if (!isWanted) return closeAlert(store, taken, false)
  if (taken.begun > MOST_BEGUN) return giveUp(parts, taken, content)
  const { isTold, failures } = await tell(parts, taken, content, signal)
  // A worker that stops has not been refused.
  if (signal.aborted && !isTold) return
  const { workspace, automation, refusals } = taken
  if (failures.length > 0) {
    parts.log.warn({ automation: `${workspace}.${automation}`, failures }, 'an alert could not be sent')
  }
  // When one way has worked, nobody gets it a second time because of the other.
  if (isTold) {
    await record(store, taken, content, 'alert.send')
    return closeAlert(store, taken, true)
  }
  if (refusals + 1 >= MOST_REFUSALS) return giveUp(parts, taken, content)
  await postponeAlert(store, taken, Math.min(FIRST_PAUSE_SECONDS * 2 ** refusals, LONGEST_PAUSE_SECONDS))
}

async function giveUp({ store }: AlertParts, taken: TakenAlert, content: AlertContent): Promise<void> {
  await record(store, taken, content, 'alert.fail')
  await closeAlert(store, taken, false)
}

/** @returns whether it was told, and why it could not be by mail or by POST, without the words of the other side. */
async function tell(
  parts: AlertParts,
  taken: TakenAlert,
  { recipients, url, ...content }: AlertContent,
  signal: AbortSignal,
): Promise<{ isTold: boolean; failures: string[] }> {
  const text = alertText(taken, content, parts.publicUrl)
  const { mailer } = parts
  const ways = [
    ...(mailer && recipients.length > 0 ? [mailer.deliver(recipients, text.subject, text.text)] : []),
    ...(url === null ? [] : [post(parts.http(taken.workspace, signal), url, text, signal)]),
  ]
  const ends = await Promise.allSettled(ways)
  const failures = ends.flatMap((it) => (it.status === 'rejected' ? [reasonOf(it.reason)] : []))
  return { isTold: failures.length < ways.length, failures }
}

async function post(http: Http, url: string, { json }: AlertText, signal: AbortSignal): Promise<void> {
  const response = await http(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: json,
    redirect: 'error',
    timeoutMs: TIMEOUT_MS,
    signal,
  })
  await response.arrayBuffer()
  if (!response.ok) throw new AppError('REQUEST_FAILED', `It answered ${response.status}.`)
}

const reasonOf = (error: unknown): string => (error instanceof AppError ? error.code : 'INTERNAL')

/** In the audit log: whether somebody was told. */
async function record(
  store: Store,
  { workspace, automation, run }: TakenAlert,
  { name }: AlertContent,
  action: 'alert.send' | 'alert.fail',
): Promise<void> {
  const id = `${workspace}.${automation}`
  const who = { workspace, actor: `run ${workspace}.${run}`, action, target: name, detail: { id } }
  await store.inTransaction((tx) =>
    tx.insertMany(AuditEvent, [{ ...who, id: newRowId(), at: databaseTime() }]),
  )
}
