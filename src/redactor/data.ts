import { isNativeError } from 'node:util/types'
import { ExactNumber, plainDigits } from '../exact-json.ts'
import { Sensitive } from '../sensitive.ts'
import { SHORTEST } from './forms.ts'

export type JsonValue =
  | null
  | boolean
  | number
  | ExactNumber
  | string
  | JsonValue[]
  | { [key: string]: JsonValue }

interface DataRedactor {
  text(input: string): string
  bytes(input: Uint8Array): Uint8Array
}

const DEEPEST = 256
const NODES_AT_MOST = 1_000_000
const UNREADABLE = '[unreadable]'
const TOO_DEEP = '[too deep]'
const TOO_LARGE = '[too large]'
const CIRCULAR = '[circular]'

/** A copy of anything as plain JSON in which no string and no key holds a value. Never throws. */
export function redactData(input: unknown, redactor: DataRedactor): JsonValue {
  return new Copy(redactor).of(input, 0) ?? null
}

class Copy {
  readonly #redactor: DataRedactor
  readonly #open = new Set<object>()
  /** Lists of records repeat the same few keys. */
  readonly #keys = new Map<string, string>()
  #nodes = 0

  constructor(redactor: DataRedactor) {
    this.#redactor = redactor
  }

  /** `undefined` where JSON has nothing: the caller leaves the entry out. */
  of(input: unknown, depth: number): JsonValue | undefined {
    // Shared parts are copied each time they occur, so a small graph may unfold without end.
    if (++this.#nodes > NODES_AT_MOST) return TOO_LARGE
    switch (typeof input) {
      case 'string':
        return this.#redactor.text(input)
      case 'number':
        return this.#number(input)
      case 'bigint':
        return this.#redactor.text(input.toString())
      case 'boolean':
        return input
      case 'object':
        return input === null ? null : this.#object(input, depth)
      default:
        return undefined
    }
  }

  /** A value of digits alone comes back from `JSON.parse` as a number. */
  #number(input: number): JsonValue {
    if (!Number.isFinite(input)) return null
    const digits = String(input)
    const redacted = this.#redactor.text(digits)
    // JSON knows no -0.
    return redacted === digits ? input + 0 : redacted
  }

  /** Written in a rare way (`1.5e3`), it has the value of a secret all the same. */
  #exact(input: ExactNumber): JsonValue {
    const usual = plainDigits(input.digits)
    for (const digits of input.digits.includes(usual) ? [input.digits] : [input.digits, usual]) {
      const redacted = this.#redactor.text(digits)
      if (redacted !== digits) return redacted
    }
    return input
  }

  #object(input: object, depth: number): JsonValue | undefined {
    if (this.#open.has(input)) return CIRCULAR
    if (depth > DEEPEST) return TOO_DEEP
    this.#open.add(input)
    try {
      return this.#known(input, depth + 1) ?? this.#converted(input, depth + 1)
    } catch {
      // A getter or a proxy that throws: its error may hold anything, so it is not looked at.
      return UNREADABLE
    } finally {
      this.#open.delete(input)
    }
  }

  /** Objects that say little through their own properties. */
  #known(input: object, depth: number): JsonValue | undefined {
    if (input instanceof Sensitive) return input.toJSON()
    if (input instanceof ExactNumber) return this.#exact(input)
    if (isNativeError(input) || input instanceof Error) return this.#error(input, depth)
    if (ArrayBuffer.isView(input)) return this.#bytes(bytesOf(input))
    if (input instanceof ArrayBuffer || input instanceof SharedArrayBuffer)
      return this.#bytes(new Uint8Array(input))
    if (Array.isArray(input)) return this.#list(input, depth)
    // What JSON.parse makes is none of those below.
    if (Object.getPrototypeOf(input) === Object.prototype) return undefined
    if (input instanceof Map) return this.#map(input, depth)
    if (input instanceof Set) return this.#list([...input], depth)
    if (input instanceof Headers) return this.#record([...input], depth)
    if (input instanceof Date)
      return Number.isNaN(input.getTime()) ? null : this.#redactor.text(input.toISOString())
    if (input instanceof URL || input instanceof URLSearchParams || input instanceof RegExp) {
      return this.#redactor.text(input.toString())
    }
    if (input instanceof String || input instanceof Number || input instanceof Boolean) {
      return this.of(input.valueOf(), depth)
    }
    return undefined
  }

  #converted(input: object, depth: number): JsonValue | undefined {
    const toJson: unknown = 'toJSON' in input ? input.toJSON : undefined
    if (typeof toJson === 'function') return this.of(toJson.call(input, ''), depth)
    return this.#record(propertiesOf(input), depth)
  }

  #bytes(input: Uint8Array): JsonValue {
    const redacted = this.#redactor.bytes(input)
    return { base64: Buffer.from(redacted).toString('base64'), bytes: redacted.length }
  }

  #list(input: readonly unknown[], depth: number): JsonValue {
    const text = this.#spread(input)
    if (text !== undefined) return text
    const list: JsonValue[] = []
    for (let i = 0; i < input.length; i++) {
      if (this.#nodes >= NODES_AT_MOST) {
        list.push(TOO_LARGE)
        break
      }
      list.push(this.of(read(input, i), depth) ?? null)
    }
    return list
  }

  /**
   * `Buffer.toJSON` and spreading give the bytes of a value as numbers, or its characters one by one; then their text stands here,
   * redacted.
   */
  #spread(input: readonly unknown[]): string | undefined {
    if (input.length < SHORTEST) return
    if (input.every(isCharacter)) {
      const text = input.join('')
      const redacted = this.#redactor.text(text)
      return redacted === text ? undefined : redacted
    }
    if (!input.every(isByte)) return
    const bytes = Uint8Array.from(input, Number)
    const redacted = this.#redactor.bytes(bytes)
    return Buffer.compare(bytes, redacted) === 0 ? undefined : Buffer.from(redacted).toString('utf8')
  }

  #map(input: ReadonlyMap<unknown, unknown>, depth: number): JsonValue {
    const entries = [...input]
    if (entries.every(([key]) => typeof key !== 'object' || key === null)) {
      return this.#record(
        entries.map(([key, value]) => [String(key), value]),
        depth,
      )
    }
    return this.#list(entries, depth)
  }

  #record(entries: readonly (readonly [string, unknown])[], depth: number): JsonValue {
    // So JSON shows a `Uint8Array`, and a text that was spread into an object: `{"0":115,"1":107}`.
    if (entries.length >= SHORTEST && entries.every(([key], index) => key === String(index))) {
      const text = this.#spread(entries.map(([, value]) => value))
      if (text !== undefined) return text
    }
    const record: { [key: string]: JsonValue } = {}
    for (const [key, value] of entries) {
      const copy = this.#nodes >= NODES_AT_MOST ? TOO_LARGE : this.of(value, depth)
      if (copy !== undefined) put(record, this.#key(key), copy)
      if (this.#nodes >= NODES_AT_MOST) break
    }
    return record
  }

  #key(key: string): string {
    const redacted = this.#keys.get(key) ?? this.#redactor.text(key)
    this.#keys.set(key, redacted)
    return redacted
  }

  /** Rebuilt from what a reader needs. Own fields and the stack of an error hold requests, headers, arguments. */
  #error(input: Error, depth: number): JsonValue {
    const message = read(input, 'message')
    const code = read(input, 'code')
    const entries: [string, unknown][] = [['message', typeof message === 'string' ? message : UNREADABLE]]
    const name = read(input, 'name')
    if (typeof code === 'string' || typeof code === 'number') entries.unshift(['code', code])
    if (typeof name === 'string') entries.unshift(['name', name])
    const cause = read(input, 'cause')
    if (cause !== undefined) entries.push(['cause', cause])
    const errors = read(input, 'errors')
    if (Array.isArray(errors)) entries.push(['errors', errors])
    return this.#record(entries, depth)
  }
}

function propertiesOf(input: object): [string, unknown][] {
  return Object.keys(input).map((key) => [key, read(input, key)])
}

function read(input: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(input, key)
  } catch {
    return UNREADABLE
  }
}

function bytesOf(input: ArrayBufferView): Uint8Array {
  return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
}

/** `107.0` too: whoever reads a list of bytes does not care how each was written. */
function isByte(input: unknown): boolean {
  const number = input instanceof ExactNumber ? input.valueOf() : input
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 255
}

/** A pair of surrogates is one: spreading keeps it together. */
function isCharacter(input: unknown): boolean {
  return (
    typeof input === 'string' && (input.length === 1 || (input.length === 2 && /^[^\0-\uffff]$/u.test(input)))
  )
}

/** Two keys may become the same mark; both entries stay. */
function put(record: { [key: string]: JsonValue }, wanted: string, value: JsonValue): void {
  let key = wanted
  for (let count = 2; Object.hasOwn(record, key); count++) key = `${wanted} (${count})`
  if (key !== '__proto__') record[key] = value
  // Plain assignment would set the prototype and lose the entry.
  else Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}
