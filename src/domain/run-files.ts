import { AppError } from '../errors.ts'
import { openChunks } from '../file-seal.ts'
import type { RunFileState } from '../store/entities/index.ts'
import { statement } from '../store/statements.ts'
import type { Store } from '../store/store.ts'
import { type Actor, recordAudit } from './audit.ts'
import { parsePublicId, publicId } from './ids.ts'

/** A file of a run that has ended. */
export interface RunFile {
  workspace: string
  run: string
  number: number
  /** Of its step. */
  position: number
  name: string
  mediaType: string
  bytes: number
  /** Of its content, in hexadecimal; null unless people may have it. */
  sha256: string | null
  state: RunFileState
}

export interface RunFileContent extends Pick<RunFile, 'name' | 'mediaType' | 'bytes'> {
  pieces: AsyncIterable<Uint8Array>
}

export interface RunFiles {
  /** In the order in which they were kept. */
  ofRuns(workspace: string, runs: readonly string[]): Promise<RunFile[]>
  /**
   * The content of a file, for a person or a token.
   *
   * @param id as {@link fileId} makes it.
   * @throws AppError NOT_FOUND, FORBIDDEN when a secret is or may be in it.
   */
  download(actor: Actor, id: string): Promise<RunFileContent>
}

const OF_RUNS = statement(
  `select file.workspace_id as workspace, run, number, position, name, media_type as "mediaType", bytes::float8 as bytes,
          sha256, state
     from run_file as file join run on run.workspace_id = file.workspace_id and run.id = file.run
    where file.workspace_id = $1 and run = any($2::uuid[]) and state in ('OPEN', 'WITHHELD') and finished_at is not null
    order by run, number`,
)
const ONE = statement(
  `select name, media_type as "mediaType", bytes::float8 as bytes, chunks, state, open_key as key
     from run_file as file join run on run.workspace_id = file.workspace_id and run.id = file.run
    where file.workspace_id = $1 and run = $2 and number = $3 and finished_at is not null`,
)
const CHUNK = statement(
  'select sealed from run_file_chunk where workspace_id = $1 and run = $2 and number = $3 and chunk = $4',
)

export const fileId = ({ workspace, run, number }: Pick<RunFile, 'workspace' | 'run' | 'number'>): string =>
  `${publicId(workspace, run)}.${number}`

export function parseFileId(text: string): Pick<RunFile, 'workspace' | 'run' | 'number'> | undefined {
  const [, run = '', number] = /^(.*)\.([1-9]\d{0,8})$/.exec(text) ?? []
  const read = parsePublicId(run)
  return read && number !== undefined
    ? { workspace: read.workspace, run: read.id, number: Number(number) }
    : undefined
}

interface Opened extends Omit<RunFileContent, 'pieces'> {
  chunks: number
  state: RunFileState
  key: Buffer | null
}

export function createRunFiles({ read, inTransaction }: Pick<Store, 'read' | 'inTransaction'>): RunFiles {
  return {
    ofRuns: (workspace, runs) => read<RunFile>(OF_RUNS, [workspace, [...runs]]),
    async download(actor, id) {
      const at = parseFileId(id)
      const place = at && [at.workspace, at.run, at.number]
      const [found] = place ? await read<Opened>(ONE, place) : []
      if (!at || !place || !found) throw notFound()
      const { name, mediaType, bytes, chunks, state, key } = found
      if (state !== 'OPEN' || !key) throw withheld()
      const pieces = openChunks({ key, chunks }, async (chunk) => {
        const [row] = await read<{ sealed: Buffer }>(CHUNK, [...place, chunk])
        return row?.sealed
      })
      const target = publicId(at.workspace, at.run)
      const entry = { workspace: at.workspace, actor, action: 'run.download', target } as const
      await inTransaction((tx) => recordAudit(tx, { ...entry, detail: { file: id } }))
      return { name, mediaType, bytes, pieces }
    },
  }
}

function notFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such file, or its run has not ended. It goes with its run.')
}

function withheld(): AppError {
  const why = 'A secret was found in this file, or its step has protected it, so that its content was deleted'
  return new AppError('FORBIDDEN', `${why} when the run ended. Only later steps of the run could read it.`)
}
