import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import { newFileKey, openChunks } from '../../file-seal.ts'
import type { RunRedactor } from '../../redactor/index.ts'
import type { RunFile } from '../../steps/index.ts'
import type { FileRows, FilesOf, StoredFile } from '../../store/run-files.ts'
import type { Opener } from '../../vault/opening.ts'
import type { Sealer } from '../../vault/sealing.ts'
import type { Patiently } from '../patience.ts'
import { cleanMediaType, cleanName, isText } from './file-notes.ts'
import { FileWriter } from './file-writer.ts'

const MIB = 1024 * 1024
// As much as is searched before others have their turn.
const SEARCHED_BYTES = 16 * 1024

/** What the files of all runs of a worker share. */
export interface FileStore {
  rows: FileRows
  sealer: Sealer
  opener: Pick<Opener, 'openRunData'>
  limits: FileLimits
  /** @throws AppError LIMIT_REACHED when the workspace stores as much as it may. */
  mayStore(workspace: string): Promise<void>
}

export interface FileLimits {
  /** Of one file (bytes). */
  file: number
  /** Of all files of a run (bytes). */
  run: number
}

export interface NewFile {
  position: number
  name: string
  mediaType: string | null | undefined
  /** Names of the secrets whose policies hold for it, whatever is found in it; then people do not get it. */
  protectedBy?: readonly string[] | undefined
  /** Keeps every byte as it is. */
  isExact?: boolean
}

/** A file that is being written. */
export interface OpenFile {
  write(piece: Uint8Array): Promise<void>
  end(): Promise<RunFile>
  /** Ends it in the middle: nothing of it stays. */
  abort(): Promise<void>
}

type Call = (...given: unknown[]) => Promise<unknown>

interface Kept {
  row: StoredFile
  key: Buffer
  /** How much the run had learned when its content was searched. */
  knowledge: number
}

interface RunFilesParts extends FilesOf {
  store: FileStore
  redactor: RunRedactor
}

/** The files of one run. */
export class RunFiles {
  readonly #parts: RunFilesParts
  readonly #files = new Map<number, Kept>()
  #next = 1
  #bytes = 0

  constructor({ patiently, ...parts }: RunFilesParts & { patiently: Patiently }) {
    const { store } = parts
    const rows = Object.entries(store.rows).map(([name, call]: [string, Call]) => [
      name,
      (...given: unknown[]) => patiently(() => call(...given)),
    ])
    this.#parts = { ...parts, store: { ...store, rows: Object.fromEntries(rows) as FileRows } }
  }

  get isEmpty(): boolean {
    return this.#files.size === 0
  }

  /** Of all files of the run that are kept or being written. */
  get bytes(): number {
    return this.#bytes
  }

  /** Reads what an earlier worker has kept for the run. What it was writing is gone. */
  async load(): Promise<void> {
    const { store } = this.#parts
    const rows = await store.rows.list(this.#parts)
    const broken = rows.filter(({ state }) => state !== 'SEALED')
    if (broken.length > 0)
      await store.rows.drop(
        this.#parts,
        broken.map(({ number }) => number),
      )
    for (const row of rows) {
      this.#next = Math.max(this.#next, row.number + 1)
      if (row.state !== 'SEALED' || row.sealedKey === null) continue
      const key = (await store.opener.openRunData(this.#sealedAt(row.number), row.sealedKey)).reveal()
      // What that worker had learned when it searched the file is not known: it is searched again.
      this.#files.set(row.number, { row, key: Buffer.from(key, 'base64'), knowledge: -1 })
      this.#bytes += row.bytes
    }
  }

  /** @throws AppError LIMIT_REACHED, and what a writer throws. */
  async create(file: NewFile, signal: AbortSignal): Promise<OpenFile> {
    const { store, redactor, workspace } = this.#parts
    await store.mayStore(workspace)
    const number = this.#next++
    const key = newFileKey()
    const { knowledge } = redactor
    const mediaType = cleanMediaType(file.mediaType)
    const row: StoredFile = {
      ...{ number, position: file.position, name: cleanName(redactor.text(file.name)), mediaType },
      ...{ state: 'WRITING', bytes: 0, chunks: 0, sha256: null, secrets: [...(file.protectedBy ?? [])] },
      isProtected: file.protectedBy !== undefined,
      sealedKey: await store.sealer.seal(this.#sealedAt(number), key.toString('base64')),
    }
    const isMasked = file.isExact !== true && isText(mediaType)
    const sweep = redactor.byteSweep(isMasked)
    await store.rows.begin(this.#parts, row)
    const writer = new FileWriter({
      ...{ key, sweep, isMasked, signal },
      store: (chunk, sealed) => store.rows.addChunk(this.#parts, number, chunk, sealed),
      grows: (bytes) => this.#grow(bytes, writer.bytes),
    })
    const end = async (): Promise<RunFile> => {
      row.sha256 = await writer.end()
      const found = sweep.names()
      Object.assign(row, { state: 'SEALED', bytes: writer.bytes, chunks: writer.chunks })
      if (isMasked) row.isProtected ||= found.length > 0
      else row.secrets = [...new Set([...row.secrets, ...found])]
      await store.rows.update(this.#parts, row)
      this.#files.set(number, { row, key, knowledge })
      return this.#reference(row)
    }
    const abort = async () => {
      this.#bytes -= writer.bytes
      await store.rows.drop(this.#parts, [number])
    }
    return { write: (piece) => writer.write(piece), end, abort }
  }

  /** @throws AppError INVALID_FIELD when the run has no such file. */
  reference(id: string): RunFile {
    return this.#reference(this.#find(id).row)
  }

  /** The content. @throws AppError SECRET_UNREADABLE when somebody changed it where it is stored. */
  read(id: string): AsyncIterable<Buffer> {
    const { row, key } = this.#find(id)
    const { rows } = this.#parts.store
    return openChunks({ key, chunks: row.chunks }, (chunk) => rows.chunk(this.#parts, row.number, chunk))
  }

  /**
   * Names of the secrets whose policies hold for what is in a file, with what the run has learned by now.
   *
   * @throws AppError TIMEOUT over the run's time for searching; the reason of the signal.
   */
  async secretsIn(id: string, signal: AbortSignal): Promise<readonly string[]> {
    const kept = this.#find(id)
    const { redactor } = this.#parts
    const { knowledge } = redactor
    if (kept.knowledge !== knowledge && knowledge > 0) {
      const sweep = redactor.byteSweep(isText(kept.row.mediaType))
      for await (const chunk of this.read(id)) {
        signal.throwIfAborted()
        for (let at = 0; at < chunk.length; at += SEARCHED_BYTES) {
          sweep.push(chunk.subarray(at, at + SEARCHED_BYTES))
          await nextTurn()
        }
      }
      sweep.end()
      kept.row.secrets = [...new Set([...kept.row.secrets, ...sweep.names()])]
    }
    kept.knowledge = knowledge
    return kept.row.secrets
  }

  /** The ids of files of this run that stand in texts. */
  idsIn(texts: readonly string[]): string[] {
    if (this.isEmpty) return []
    const start = `${this.#parts.workspace}.${this.#parts.run}.`
    const found = texts.flatMap((text) =>
      text
        .split(start)
        .slice(1)
        .map((rest) => /^\d+/.exec(rest)?.[0]),
    )
    return [...new Set(found)].flatMap((number) =>
      number !== undefined && this.#files.has(Number(number)) ? [start + number] : [],
    )
  }

  /** Removes files, such as those of an attempt that has failed. */
  async drop(ids: readonly string[]): Promise<void> {
    const gone = ids.flatMap((id) => {
      const number = Number(id.split('.').at(-1))
      const kept = this.#files.get(number)
      if (!kept) return []
      this.#bytes -= kept.row.bytes
      this.#files.delete(number)
      return [number]
    })
    if (gone.length > 0) await this.#parts.store.rows.drop(this.#parts, gone)
  }

  /**
   * At the end of the run, with all that it has learned: a file in which no secret is can be opened by people from now on.
   * The content of any other is deleted, for nobody can need it any more.
   *
   * @param mayOpen false when nobody can say what is in them.
   */
  async settle(mayOpen: boolean, signal: AbortSignal): Promise<void> {
    const { store } = this.#parts
    const withheld: number[] = []
    for (const [number, { row, key }] of this.#files) {
      const isClean = mayOpen && !row.isProtected && (await this.#isWithoutSecrets(row, signal))
      await this.#redactNotes(row, mayOpen)
      if (isClean) await store.rows.open(this.#parts, number, key)
      else withheld.push(number)
    }
    if (withheld.length > 0) await store.rows.withhold(this.#parts, withheld)
  }

  /** A service chooses them, and the run may have learned more since. */
  async #redactNotes(row: StoredFile, mayShow: boolean): Promise<void> {
    const { store, redactor } = this.#parts
    const [name, mediaType] = [row.name, row.mediaType].map((it) => (mayShow ? redactor.text(it) : 'hidden'))
    if (name === row.name && mediaType === row.mediaType) return
    const isShown = mediaType === row.mediaType
    Object.assign(row, { name, mediaType: isShown ? mediaType : cleanMediaType(null) })
    await store.rows.update(this.#parts, row)
  }

  async #isWithoutSecrets(row: StoredFile, signal: AbortSignal): Promise<boolean> {
    try {
      return (await this.secretsIn(this.#reference(row).file, signal)).length === 0
    } catch (error) {
      // It took too long to search, or somebody has changed it: then nobody knows.
      if (error instanceof AppError && !signal.aborted) return false
      throw error
    }
  }

  #find(id: string): Kept {
    const start = `${this.#parts.workspace}.${this.#parts.run}.`
    const kept = id.startsWith(start) ? this.#files.get(Number(id.slice(start.length))) : undefined
    if (kept) return kept
    throw new AppError(
      'INVALID_FIELD',
      'This run has no such file. A file is there for the steps of its own run.',
    )
  }

  #reference({ number, name, mediaType, bytes }: StoredFile): RunFile {
    return { file: `${this.#parts.workspace}.${this.#parts.run}.${number}`, name, mediaType, bytes }
  }

  #grow(bytes: number, before: number): void {
    const { limits } = this.#parts.store
    if (before + bytes > limits.file) throw tooLarge('A file', limits.file, 'LOCKSTEP_FILE_MAX_MIB')
    if (this.#bytes + bytes > limits.run)
      throw tooLarge('All files of a run together', limits.run, 'LOCKSTEP_RUN_FILES_MAX_MIB')
    this.#bytes += bytes
  }

  /** The file is sealed in, so that a writer to the database cannot give a run the key of another one's file. */
  #sealedAt(number: number) {
    const { workspace, run } = this.#parts
    return { workspace, name: `run/${run}/file/${number}` }
  }
}

function tooLarge(what: string, limit: number, setting: string): AppError {
  return new AppError('RESPONSE_TOO_LARGE', `${what} may have ${limit / MIB} MiB (${setting}).`)
}
