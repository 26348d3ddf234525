import { AppError } from '../errors.ts'
import { parseJson } from '../exact-json.ts'
import { Sensitive } from '../sensitive.ts'
import type { HttpInit, ProtectOptions } from '../steps/step-context.ts'
import { unpackText } from './crossing.ts'

/** Readers of what the process of a plugin says. Each takes what has the type that it has to have, and throws else. */

export type Message = Readonly<Record<string, unknown>>

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((it) => typeof it === 'string')

const limits = ['from', 'hosts', 'methods', 'paths', 'places'] as const

export function readProtectOptions(given: unknown): ProtectOptions {
  if (!isRecord(given)) return {}
  const known = limits.flatMap((name) => {
    const value = given[name]
    if (value !== undefined && !isTexts(value)) throw odd()
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(known)
}

export function parsed(json: string): unknown {
  try {
    return parseJson(json)
  } catch {
    throw odd()
  }
}

export function idOf({ id }: Message): number {
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) throw odd()
  return id
}

export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw odd()
  return value
}

const numbers = ['maxRedirects', 'timeoutMs', 'retries', 'maxResponseBytes'] as const

/** What a request may say, each of the type that it has to have; egress checks the values. */
export function readInit(given: Message): HttpInit {
  const { method, redirect, repeatable, headers, certificate, uses } = given
  const named = numbers.flatMap((name) => (typeof given[name] === 'number' ? [[name, given[name]]] : []))
  const content = isRecord(certificate) ? asSensitive(certificate['content']) : undefined
  const passphrase = isRecord(certificate) ? asSensitive(certificate['passphrase']) : undefined
  return {
    ...(typeof method === 'string' && { method }),
    ...((redirect === 'manual' || redirect === 'error') && { redirect }),
    ...(repeatable === true && { repeatable }),
    ...(isTexts(uses) && { uses }),
    ...(Object.fromEntries(named) as HttpInit),
    headers: Array.isArray(headers) ? headers.flatMap(readHeader) : [],
    ...(content && { clientCertificate: { content, ...(passphrase && { passphrase }) } }),
  }
}

function asSensitive(packed: unknown): Sensitive | undefined {
  const text = unpackText(packed)
  return typeof text === 'string' ? new Sensitive(text) : text
}

function readHeader(row: unknown): (readonly [string, string | Sensitive])[] {
  if (!Array.isArray(row) || typeof row[0] !== 'string') throw odd()
  return [[row[0], unpackText(row[1]) ?? '']]
}

export function bodyOf(kind: unknown, pieces: readonly Buffer[] | undefined): Pick<HttpInit, 'body'> {
  if (!isRecord(kind)) return {}
  const bytes = Buffer.concat(pieces ?? [])
  if (kind['kind'] === 'bytes') return { body: bytes }
  const text = bytes.toString()
  if (kind['kind'] === 'form') return { body: new URLSearchParams(text) }
  return { body: kind['sensitive'] === true ? new Sensitive(text, kind['holdsSecret'] !== false) : text }
}

export const odd = (): AppError =>
  new AppError('STEP_FAILED', 'The process of the plugin sent something that no plugin sends.')
