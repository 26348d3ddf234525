import type { Sensitive } from '../../sensitive.ts'
import type { FileContent, FormPart, HttpInit, RunFile, StepFiles } from '../../steps/step-context.ts'
import { packText } from '../crossing.ts'
import { PIECE_BYTES } from '../frames.ts'

export interface FileChannel {
  ask(message: object, bytes?: Uint8Array): Promise<unknown>
  askNow(message: object): unknown
  receive: StepFiles['receive']
}

let count = 0

/** The files of one call, which the worker holds. */
export function openFiles({ ask, askNow, receive }: FileChannel): StepFiles {
  return Object.freeze({
    async write(content: FileContent, options = {}) {
      const stream = ++count
      const type = options.mediaType ?? (content instanceof Blob ? content.type : undefined)
      const kept = ask({ t: 'file', does: 'write', stream, options: { ...options, mediaType: type } })
      const [file] = await Promise.all([kept, pump(ask, stream, content)])
      return file as RunFile
    },
    read: (file: RunFile) => read(ask, file),
    find: (named: string | Sensitive) =>
      askNow({ t: 'find', text: typeof named === 'string' ? named : named.reveal() }) as RunFile,
    receive,
  } satisfies StepFiles)
}

/** What the worker is told of a body that is not in memory as a whole, and what sends it. */
export function streamedBody(
  body: NonNullable<HttpInit['body']>,
  ask: FileChannel['ask'],
): { kind: object; pump(): Promise<unknown> } | undefined {
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof URLSearchParams)
    return undefined
  if (isRunFile(body)) return { kind: { kind: 'file', file: body }, pump: async () => undefined }
  if (Array.isArray(body)) return partsOf(body as readonly FormPart[], ask)
  if (body instanceof FormData) return partsOf(formParts(body), ask)
  if (!isContent(body)) return undefined
  const stream = ++count
  return { kind: { kind: 'stream', stream }, pump: () => pump(ask, stream, body) }
}

const isContent = (body: object): body is FileContent =>
  body instanceof Blob || body instanceof ReadableStream || Symbol.asyncIterator in body

const isRunFile = (it: object): it is RunFile => 'file' in it && typeof it.file === 'string'

const formParts = (form: FormData): FormPart[] =>
  [...form].map(([name, value]) =>
    typeof value === 'string'
      ? { name, value }
      : { name, file: value, filename: value.name, mediaType: value.type || undefined },
  )

function partsOf(form: readonly FormPart[], ask: FileChannel['ask']) {
  const pumps: (() => Promise<unknown>)[] = []
  const parts = form.map((part) => {
    if ('value' in part) return { ...part, value: packText(part.value) }
    const { file, ...rest } = part
    if (isRunFile(file)) return { ...rest, file }
    const stream = ++count
    pumps.push(() => pump(ask, stream, file))
    return { ...rest, stream }
  })
  return { kind: { kind: 'parts', parts }, pump: () => Promise.all(pumps.map((it) => it())) }
}

async function pump(ask: FileChannel['ask'], stream: number, content: FileContent): Promise<void> {
  try {
    for await (const piece of piecesOf(content)) {
      for (let at = 0; at < piece.byteLength; at += PIECE_BYTES)
        await ask({ t: 'stream', stream }, piece.subarray(at, at + PIECE_BYTES))
    }
  } catch (error) {
    await ask({ t: 'stream', stream, failed: true })
    throw error
  }
  await ask({ t: 'stream', stream, last: true })
}

async function* piecesOf(content: FileContent): AsyncGenerator<Uint8Array, void> {
  if (content instanceof Uint8Array) yield content
  else yield* content instanceof Blob ? content.stream() : content
}

async function* read(ask: FileChannel['ask'], file: RunFile): AsyncGenerator<Uint8Array, void> {
  const reading = await ask({ t: 'file', does: 'read', file })
  for (;;) {
    const piece = await ask({ t: 'file', does: 'next', reading })
    if (!(piece instanceof Uint8Array)) return
    yield piece
  }
}
