import { ExactNumber } from '../exact-json.ts'
import { Sensitive } from '../sensitive.ts'

/** A text that may be `Sensitive`, as JSON: with whether it holds a secret if it is. */
export type PackedText = string | readonly [text: string, holdsSecret: boolean]

export const packText = (text: string | Sensitive): PackedText =>
  text instanceof Sensitive ? [text.reveal(), text.holdsSecret] : text

/** @returns undefined for what `packText` has not made. */
export function unpackText(packed: unknown): string | Sensitive | undefined {
  if (typeof packed === 'string') return packed
  if (!Array.isArray(packed)) return undefined
  const [text, holdsSecret]: unknown[] = packed
  return typeof text === 'string' ? new Sensitive(text, holdsSecret !== false) : undefined
}

/** Plain data with `Sensitive` texts in it: the data with nothing in their places, and what stands there. */
export interface Packed {
  readonly data: unknown
  readonly texts: readonly (readonly [path: readonly (string | number)[], text: PackedText])[]
}

export function pack(value: unknown): Packed {
  const texts: [(string | number)[], PackedText][] = []
  const plain = (it: unknown, path: (string | number)[]): unknown => {
    if (it instanceof Sensitive) {
      texts.push([path, packText(it)])
      return null
    }
    if (Array.isArray(it)) return it.map((item, index) => plain(item, [...path, index]))
    if (typeof it !== 'object' || it === null || it instanceof ExactNumber) return it
    return Object.fromEntries(Object.entries(it).map(([key, item]) => [key, plain(item, [...path, key])]))
  }
  return { data: plain(value, []), texts }
}

export function unpack({ data, texts }: Packed): unknown {
  const root = { data }
  for (const [path, text] of texts) {
    const keys = ['data', ...path]
    const last = keys.pop() ?? 'data'
    let at: Record<string | number, unknown> = root
    for (const key of keys) at = at[key] as Record<string | number, unknown>
    at[last] = unpackText(text)
  }
  return root.data
}
