import { mark } from '../secret-mark.ts'
import type { Sensitive } from '../sensitive.ts'
import { PIECE } from './codes.ts'
import { type JsonValue, redactData } from './data.ts'
import { SHORTEST } from './forms.ts'
import { Knowledge } from './knowledge.ts'
import { PrintableRuns } from './printable-runs.ts'
import { Sweep } from './sweep.ts'

/**
 * Once it has learned a value that can be guessed (`isGuessable`), everything it gives out is one text that says
 * so, whatever it was given, and `find` names the secret in everything: a mark in the place of a value, or a request
 * that is refused, would tell a right guess from a wrong one.
 */
export interface Redactor {
  /**
   * Values shorter than 4 characters are ignored. `names`: the secrets behind the value; the mark names the
   * first, `find` reports all. The parts of a value are learned with it, but none of them as one that can be guessed.
   *
   * @param parts false for what was made of a secret: the other parts of a text with a value in it are not secret.
   */
  learn(names: readonly string[], value: Sensitive, parts?: boolean): void
  /** Byte for byte the same text back when it holds no form of a value. Redacting twice changes nothing. */
  text(input: string): string
  /**
   * A JSON-safe deep copy with strings and keys redacted. An error becomes `{ name?, code?, message, cause?,
   * errors? }`, bytes become `{ base64, bytes }` of the redacted bytes. Depth and size are bounded. Never throws.
   */
  data(input: unknown): JsonValue
  /** The same bytes back when they hold no form of a value; searched as UTF-8 and as Latin-1. */
  bytes(input: Uint8Array): Uint8Array
  /** Names of all secrets of which any form occurs, in the order of learning. */
  find(input: string | Uint8Array): string[]
  /** A value split over chunks is still found; holds back no more than the longest form of a value. */
  stream(): TransformStream<string, string>
  byteStream(): TransformStream<Uint8Array, Uint8Array>
  /**
   * The same for bytes that somebody hands on piece by piece, with whose values were in them.
   *
   * @param isText false for bytes in which nothing may be masked, as it would break them: they are only searched.
   */
  byteSweep(isText?: boolean): ByteSweep
}

/** A value split over pieces is still found. */
export interface ByteSweep {
  /** What can be given out now, redacted. */
  push(piece: Uint8Array): Uint8Array
  /** The rest. */
  end(): Uint8Array
  /** Names of the secrets that were found so far. */
  names(): string[]
}

const ROUNDS = 8

export interface RedactorOptions {
  /** Masks values that can be guessed like any other: for a reader who knows them. */
  readonly inPlace?: boolean
}

export function createRedactor({ inPlace = false }: RedactorOptions = {}): Redactor {
  const knowledge = new Knowledge()
  const guessable = new Set<string>()

  /** Names the first alone: which others were learned later may depend on what the run was given. */
  const hidden = (): string | undefined => {
    const [name] = guessable
    return name === undefined ? undefined : `[hidden: this run used the secret ${name}]`
  }
  const text = (input: string): string => hidden() ?? settled(input, knowledge)
  return {
    learn(names, value, parts = true) {
      if (value.reveal().length < SHORTEST) return
      const canBeGuessed = knowledge.learn(names, value, parts)
      // What a filter makes of a long value may be short, and is no guess: of a short one, the value itself counts.
      if (!inPlace && parts && canBeGuessed) for (const name of names) guessable.add(name)
    },
    text,
    data: (input) => hidden() ?? redactData(input, { text, bytes }),
    bytes,
    find(input) {
      const owners = new Set<number>()
      sweep(typeof input === 'string' ? input : latin1(input), knowledge, owners)
      return knowledge.names(owners, guessable)
    },
    stream: () => transform({ knowledge, hidden, toText: asText, fromText: asText }),
    byteStream: () => transform({ knowledge, hidden, toText: latin1, fromText: asBytes }),
    byteSweep: (isText = true) => byteSweep(knowledge, { guessable, hidden, isText }),
  }

  function bytes(input: Uint8Array): Uint8Array {
    const before = latin1(input)
    const redacted = text(before)
    return redacted === before ? input : asBytes(redacted)
  }
}

/**
 * Redacts until nothing changes. A second round matters only for a value that a mark completes, such as
 * `]abcd` after a mark; each round takes something away, so few are needed.
 */
function settled(input: string, knowledge: Knowledge): string {
  if (input.length < SHORTEST || knowledge.isEmpty) return input
  let text = input
  for (let round = 0; round < ROUNDS; round++) {
    const redacted = sweep(text, knowledge)
    if (redacted === text) return text
    text = redacted
  }
  // Only a text made of pieces of marks gets here. One mark alone cannot change any more.
  return mark(knowledge.names(new Set([0])).join())
}

function sweep(input: string, knowledge: Knowledge, owners?: Set<number>): string {
  if (knowledge.isTooShort(input)) return input
  const it = new Sweep(knowledge, owners)
  const pieces: string[] = []
  for (let done = 0; done < input.length; ) {
    done = Math.min(done + PIECE, input.length)
    pieces.push(it.pushUpTo(input, done))
  }
  return it.found ? pieces.join('') : input
}

interface Transform<T> {
  readonly knowledge: Knowledge
  /** What stands for all that the stream has not given out yet. */
  readonly hidden: () => string | undefined
  readonly toText: (chunk: T) => string
  readonly fromText: (text: string) => T
}

function transform<T>({ knowledge, hidden, toText, fromText }: Transform<T>): TransformStream<T, T> {
  const it = new Sweep(knowledge)
  const give = (text: string, controller: TransformStreamDefaultController<T>): void => {
    if (text !== '') controller.enqueue(fromText(text))
  }
  return new TransformStream<T, T>({
    transform(chunk, controller) {
      if (hidden() === undefined) give(it.push(toText(chunk), false), controller)
    },
    flush: (controller) => give(hidden() ?? it.push('', true), controller),
  })
}

function byteSweep(
  knowledge: Knowledge,
  { guessable, hidden, isText }: { guessable: Set<string>; hidden(): string | undefined; isText: boolean },
): ByteSweep {
  // Most runs know no value. What is learned meanwhile is found when the bytes are searched again.
  if (knowledge.isEmpty)
    return {
      push: (piece) => piece,
      end: () => new Uint8Array(),
      names: () => knowledge.names(new Set(), guessable),
    }
  const owners = new Set<number>()
  const it = new Sweep(knowledge, owners)
  const runs = isText || knowledge.hasLetters ? undefined : new PrintableRuns(knowledge.shortestRun)
  return {
    push: (piece) =>
      asBytes(hidden() === undefined ? it.push(latin1(runs?.push(piece) ?? piece), false) : ''),
    end: () => asBytes(hidden() ?? it.push('', true)),
    names: () => knowledge.names(owners, guessable),
  }
}

const asText = (text: string): string => text

/** A character a byte: the forms of a value include its UTF-8 bytes written so. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

function asBytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}
