import { AppError } from '../errors.ts'
import type { FileOptions, FormPart, HttpInit, RunFile, StepFiles } from '../steps/step-context.ts'
import { unpackText } from './crossing.ts'
import { IncomingStream } from './incoming-stream.ts'
import { idOf, isRecord, type Message, odd, textOf } from './read-message.ts'

// What a call may have open at once.
const MOST_OPEN = 64

/** The files of one call: what comes from its process, and what is read for it. */
export class PluginFiles {
  readonly #files: StepFiles
  readonly #incoming = new Map<number, IncomingStream>()
  readonly #reading = new Map<number, AsyncIterator<Uint8Array>>()

  constructor(files: StepFiles) {
    this.#files = files
  }

  /** A piece of a stream, or its end. Resolves when it was taken. */
  async heard({ stream, last, failed }: Message, bytes: Uint8Array): Promise<null> {
    const it = this.#stream(stream)
    if (failed === true)
      it.end(new AppError('STEP_FAILED', 'What the step sends could not be read to its end.'))
    else if (last === true) it.end()
    else await it.push(Buffer.from(bytes))
    return null
  }

  async write({ stream, options }: Message): Promise<RunFile> {
    const content = this.#stream(stream)
    try {
      return await this.#files.write(content, readFileOptions(options))
    } finally {
      content.close()
    }
  }

  /** @returns the number under which its pieces are asked for. */
  open(message: Message): number {
    const id = idOf(message)
    if (this.#reading.size >= MOST_OPEN) throw odd()
    this.#reading.set(id, this.#files.read(readRunFile(message['file']))[Symbol.asyncIterator]())
    return id
  }

  async next({ reading }: Message): Promise<Uint8Array | undefined> {
    const it = typeof reading === 'number' ? this.#reading.get(reading) : undefined
    if (!it) throw odd()
    const { done, value } = await it.next()
    if (!done) return value
    this.#reading.delete(Number(reading))
    return undefined
  }

  find(text: unknown): RunFile {
    return this.#files.find(textOf(text))
  }

  /** The body of a request, when it is none that is in memory as a whole. */
  bodyOf(kind: unknown): Pick<HttpInit, 'body'> | undefined {
    if (!isRecord(kind)) return undefined
    if (kind['kind'] === 'file') return { body: readRunFile(kind['file']) }
    if (kind['kind'] === 'stream') return { body: this.#stream(kind['stream']) }
    const { parts } = kind
    if (kind['kind'] !== 'parts' || !Array.isArray(parts)) return undefined
    return { body: parts.map((it: unknown) => this.#readPart(it)) }
  }

  close(): void {
    for (const it of this.#incoming.values()) it.close()
    this.#incoming.clear()
    this.#reading.clear()
  }

  #readPart(part: unknown): FormPart {
    if (!isRecord(part)) throw odd()
    const { value, file, stream, filename, mediaType } = part
    const name = textOf(part['name'])
    const text = unpackText(value)
    return {
      name,
      ...(text === undefined
        ? { file: stream === undefined ? readRunFile(file) : this.#stream(stream) }
        : { value: text }),
      ...(typeof filename === 'string' && { filename }),
      ...(typeof mediaType === 'string' && { mediaType }),
    }
  }

  #stream(id: unknown): IncomingStream {
    if (typeof id !== 'number') throw odd()
    const known = this.#incoming.get(id)
    if (known) return known
    if (this.#incoming.size >= MOST_OPEN) throw odd()
    const made = new IncomingStream()
    this.#incoming.set(id, made)
    return made
  }
}

export function readFileOptions(given: unknown): FileOptions {
  if (!isRecord(given)) return {}
  const { name, mediaType } = given
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof mediaType === 'string' && { mediaType }),
    ...(given['protected'] === true && { protected: true }),
  }
}

function readRunFile(given: unknown): RunFile {
  if (!isRecord(given)) throw odd()
  const { file, name, mediaType } = given
  return {
    file: textOf(file),
    name: textOf(name),
    mediaType: textOf(mediaType),
    bytes: Number(given['bytes']),
  }
}
