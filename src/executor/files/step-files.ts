import type { BodyParts, BodySource } from '../../egress/index.ts'
import { AppError } from '../../errors.ts'
import { Sensitive } from '../../sensitive.ts'
import type {
  FileContent,
  FileOptions,
  FormPart,
  Http,
  HttpInit,
  RunFile,
  StepFiles,
} from '../../steps/index.ts'
import { nameOfAnswer } from './file-notes.ts'
import { multipartPieces, partsOf } from './multipart.ts'
import type { NewFile, OpenFile, RunFiles } from './run-files.ts'

type EgressHttp = ReturnType<import('../../egress/index.ts').Egress['forStep']>

interface StepFilesParts {
  /** Undefined: nothing can be kept here. */
  files: RunFiles | undefined
  http: EgressHttp
  position: number
  /** Ids of the files that its fields name. */
  named: readonly string[]
  /** Names of the secrets that the step has in hand. */
  inHand: readonly string[]
  signal: AbortSignal
}

// What is shorter (bytes) is sent from memory.
const HELD_BYTES = 1024 * 1024

/** What a step can do with files, its requests with bodies of every kind, and what it has kept so far. */
export function createStepFiles(parts: StepFilesParts): { files: StepFiles; http: Http; made(): string[] } {
  const { http, signal } = parts
  const may = new Set(parts.named)
  const made = new Set<string>()
  const spooled = new Set<string>()
  const create = async (options: FileOptions, more?: Partial<NewFile>): Promise<OpenFile> => {
    const { name = 'file', mediaType, protected: isProtected = false } = options
    const protectedBy = isProtected ? parts.inHand : undefined
    const { position } = parts
    return runFiles(parts).create({ position, name, mediaType, protectedBy, ...more }, signal)
  }
  const keep = (file: RunFile): RunFile => {
    may.add(file.file)
    made.add(file.file)
    return file
  }
  const write = async (content: FileContent, options: FileOptions = {}, more?: Partial<NewFile>) => {
    const type = options.mediaType ?? (content instanceof Blob ? content.type : undefined)
    return keep(await fill(await create({ ...options, mediaType: type }, more), content))
  }
  const checked = (id: string): string => {
    if (may.has(id)) return id
    throw new AppError('INVALID_FIELD', 'The step may not read this file: none of its fields names it.')
  }
  const source = (id: string): BodySource => sourceOf(runFiles(parts), checked(id), signal)
  /** What has no known length is kept first: nothing may leave before all of it was searched. */
  const spool = async (content: FileContent): Promise<BodySource | Uint8Array> => {
    if (content instanceof Uint8Array) return content
    if (content instanceof Blob && content.size <= HELD_BYTES) return content.bytes()
    const { file } = await write(content, {}, { isExact: true })
    spooled.add(file)
    return source(file)
  }
  const send: Http = async (url, init = {}) => {
    const before = new Set(spooled)
    try {
      return await http(url, { ...init, body: await bodyFor(init.body, { source, spool }) })
    } finally {
      const gone = [...spooled].filter((id) => !before.has(id))
      for (const id of gone) spooled.delete(id)
      if (gone.length > 0) await runFiles(parts).drop(gone)
    }
  }
  const receive: StepFiles['receive'] = async (url, init = {}, options = {}) => {
    let open: OpenFile | undefined
    let file: RunFile | undefined
    const sink: NonNullable<Parameters<EgressHttp>[1]>['sink'] = async ({ headers }) => {
      const named = nameOfAnswer(headers.get('content-disposition'), urlText(url))
      const mediaType = options.mediaType ?? headers.get('content-type') ?? undefined
      const it = await create({ ...options, name: options.name ?? named, mediaType })
      open = it
      return {
        write: (piece) => it.write(piece),
        end: async () => {
          file = keep(await it.end())
        },
        abort: () => it.abort(),
      }
    }
    const response = await send(url, { ...init, ...{ sink } } as HttpInit)
    return { response, file: open ? file : undefined }
  }
  const files: StepFiles = Object.freeze({
    write: (content: FileContent, options?: FileOptions) => write(content, options),
    read: (file: RunFile) => runFiles(parts).read(checked(file.file)),
    find: (named: string | Sensitive) => runFiles(parts).reference(checked(idIn(named))),
    receive,
  })
  return { files, http: send, made: () => [...made] }
}

function runFiles({ files }: StepFilesParts): RunFiles {
  if (files) return files
  throw new AppError('STEP_FAILED', 'There is nothing here that keeps files.')
}

async function fill(file: OpenFile, content: FileContent): Promise<RunFile> {
  try {
    if (content instanceof Uint8Array) await file.write(content)
    else
      for await (const piece of content instanceof Blob ? content.stream() : content) await file.write(piece)
    return await file.end()
  } catch (error) {
    await file.abort()
    throw error
  }
}

function sourceOf(files: RunFiles, id: string, signal: AbortSignal): BodySource {
  let names: readonly string[] = []
  return {
    length: files.reference(id).bytes,
    async prepare() {
      names = await files.secretsIn(id, signal)
    },
    names: () => names,
    open: () => files.read(id),
  }
}

interface Sources {
  source(id: string): BodySource
  spool(content: FileContent): Promise<BodySource | Uint8Array>
}

type Sent = string | Sensitive | Uint8Array | URLSearchParams | BodyParts | undefined

async function bodyFor(body: HttpInit['body'], { source, spool }: Sources): Promise<Sent> {
  if (body === undefined || typeof body === 'string' || body instanceof Sensitive) return body
  if (body instanceof Uint8Array || body instanceof URLSearchParams) return body
  if (body instanceof FormData) return formBody(partsOf(body), { source, spool })
  if (isForm(body)) return formBody(body, { source, spool })
  if (isRunFile(body)) return { parts: [source(body.file)], contentType: body.mediaType }
  const content = await spool(body)
  const contentType = (body instanceof Blob && body.type) || 'application/octet-stream'
  return { parts: [content], contentType }
}

async function formBody(form: readonly FormPart[], { source, spool }: Sources): Promise<BodyParts> {
  const contents = new Map<unknown, BodySource | Uint8Array>()
  for (const part of form) {
    if ('value' in part) continue
    contents.set(part.file, isRunFile(part.file) ? source(part.file.file) : await spool(part.file))
  }
  const { pieces, contentType } = multipartPieces(form, (file) => ({
    content: contents.get(file) ?? new Uint8Array(),
    name: isRunFile(file) ? file.name : 'file',
    mediaType: isRunFile(file) ? file.mediaType : 'application/octet-stream',
  }))
  return { parts: pieces, contentType }
}

const isForm = (body: object): body is readonly FormPart[] => Array.isArray(body)

const isRunFile = (it: object): it is RunFile => 'file' in it && typeof it.file === 'string'

/** @throws AppError INVALID_FIELD */
function idIn(named: string | Sensitive): string {
  const text = (named instanceof Sensitive ? named.reveal() : named).trim()
  if (!text.startsWith('{')) return text
  try {
    const read: unknown = JSON.parse(text)
    if (typeof read === 'object' && read !== null && isRunFile(read)) return read.file
  } catch {
    // The message of the error quotes the text.
  }
  throw new AppError(
    'INVALID_FIELD',
    'This names no file. Choose what an earlier step gave back as its file.',
  )
}

const urlText = (url: string | URL | Sensitive): string =>
  url instanceof Sensitive ? url.reveal() : String(url)
