import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { HookSignature, StoredError } from '../store/entities/index.ts'
import { takeHanded } from './attempts.ts'
import type { Execution } from './execution.ts'
import { describeStepError } from './step-error.ts'

// How far the time that Stripe signed may be from the one when the request came (seconds).
const TOLERANCE = 5 * 60

/**
 * Checks who signed the request that started the run. It is here and not at the hook because the API cannot open
 * the secret: no step has begun yet.
 *
 * @returns the error that ends the run.
 */
export async function checkHook(execution: Execution): Promise<StoredError | undefined> {
  const { parts, job, redactor, state, hook, createdAt } = execution
  if (!hook) return undefined
  try {
    const names = [hook.secret]
    const handed = takeHanded(execution, names)
    const secrets = handed
      ? await parts.resolver.open(job.workspace, handed)
      : await parts.resolver.resolve({ ...job, step: 'trigger', names })
    for (const [name, secret] of secrets) state.learnSecret(name, secret)
    const key = secrets.get(hook.secret)?.value.reveal() ?? ''
    if (!isSigned(state.trigger, hook, key, createdAt)) throw unsigned(hook)
    return undefined
  } catch (error) {
    // Any other is the worker's trouble, and the run is tried again.
    if (!(error instanceof AppError)) throw error
    return await describeStepError(error, redactor)
  }
}

function isSigned(trigger: unknown, { style }: HookSignature, key: string, cameAt: Date): boolean {
  const { rawBody, headers } = readRequest(trigger)
  const hmac = (text: string) => createHmac('sha256', key).update(text).digest()
  if (style === 'GITHUB') {
    const [, signature] = /^sha256=([0-9a-f]{64})$/i.exec(headers['x-hub-signature-256'] ?? '') ?? []
    return signature !== undefined && timingSafeEqual(Buffer.from(signature, 'hex'), hmac(rawBody))
  }
  const { time, signatures } = readStripeHeader(headers['stripe-signature'] ?? '')
  if (!(Math.abs(cameAt.getTime() / 1000 - Number(time)) <= TOLERANCE)) return false
  const expected = hmac(`${time}.${rawBody}`)
  // While a secret is replaced, Stripe signs with the old and the new one.
  return signatures.some((it) => timingSafeEqual(Buffer.from(it, 'hex'), expected))
}

/** `t=1700000000,v1=5257…,v0=…`: other schemes than v1 do not count. */
function readStripeHeader(header: string): { time: string | undefined; signatures: string[] } {
  const parts = header.split(',').map((it) => it.trim())
  const time = parts.map((it) => /^t=(\d{1,12})$/.exec(it)?.[1]).find((it) => it !== undefined)
  const signatures = parts.flatMap((it) => /^v1=([0-9a-f]{64})$/i.exec(it)?.[1] ?? [])
  return { time, signatures }
}

/** What the hook made of the request. */
function readRequest(trigger: unknown): { rawBody: string; headers: Record<string, string | undefined> } {
  const { rawBody, headers } = trigger as { rawBody: string; headers: Record<string, string | undefined> }
  return { rawBody, headers }
}

function unsigned({ secret, style }: HookSignature): AppError {
  const header = style === 'GITHUB' ? 'X-Hub-Signature-256' : 'Stripe-Signature'
  const advice = `The sender has to sign with the value of the secret ${secret}, in the header ${header}.`
  const time = style === 'STRIPE' ? ' It may be five minutes old at most.' : ''
  return new AppError('INVALID_FIELD', `The signature of the request is missing or wrong. ${advice}${time}`)
}
