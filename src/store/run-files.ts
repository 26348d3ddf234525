import type { RunFileState } from './entities/index.ts'
import { statement } from './statements.ts'
import type { Store } from './store.ts'

/** Which run's files. */
export interface FilesOf {
  workspace: string
  run: string
}

/** A file as those need it who open it. */
export interface StoredFile {
  number: number
  position: number
  name: string
  mediaType: string
  state: RunFileState
  bytes: number
  chunks: number
  sha256: string | null
  secrets: string[]
  isProtected: boolean
  sealedKey: string | null
}

/** The rows of the files of runs. A call may be made twice: the answer to a commit can be lost. */
export interface FileRows {
  list(of: FilesOf): Promise<StoredFile[]>
  begin(of: FilesOf, file: StoredFile): Promise<void>
  addChunk(of: FilesOf, number: number, chunk: number, sealed: Buffer): Promise<void>
  /** Writes what is known of a file once it is whole, or once more of it is known. */
  update(of: FilesOf, file: StoredFile): Promise<void>
  chunk(of: FilesOf, number: number, chunk: number): Promise<Buffer | undefined>
  /** Lets people have a file: from now on its key is readable. */
  open(of: FilesOf, number: number, key: Buffer): Promise<void>
  /** Deletes the content of files and the keys to it. */
  withhold(of: FilesOf, numbers: readonly number[]): Promise<void>
  /** Deletes files as if they had never been. */
  drop(of: FilesOf, numbers: readonly number[]): Promise<void>
}

const LIST = statement(
  `select number, position, name, media_type as "mediaType", state, bytes::float8 as bytes, chunks, sha256, secrets,
          is_protected as "isProtected", sealed_key as "sealedKey"
     from run_file where workspace_id = $1 and run = $2 order by number`,
)
const BEGIN = statement(
  `insert into run_file (workspace_id, run, number, position, name, media_type, state, bytes, chunks, sha256, secrets,
                         is_protected, sealed_key, created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now()) on conflict do nothing`,
)
const UPDATE = statement(
  `update run_file set position = $4, name = $5, media_type = $6, state = $7, bytes = $8, chunks = $9, sha256 = $10,
                       secrets = $11, is_protected = $12, sealed_key = $13
    where workspace_id = $1 and run = $2 and number = $3`,
)
const ADD_CHUNK = statement(
  'insert into run_file_chunk (workspace_id, run, number, chunk, sealed) values ($1, $2, $3, $4, $5) on conflict do nothing',
)
const CHUNK = statement(
  'select sealed from run_file_chunk where workspace_id = $1 and run = $2 and number = $3 and chunk = $4',
)
const OPEN = statement(
  `update run_file set state = 'OPEN', open_key = $4, sealed_key = null where workspace_id = $1 and run = $2 and number = $3`,
)
const WITHHOLD = statement(
  `with gone as (delete from run_file_chunk where workspace_id = $1 and run = $2 and number = any($3))
   update run_file set state = 'WITHHELD', open_key = null, sealed_key = null, sha256 = null
    where workspace_id = $1 and run = $2 and number = any($3)`,
)
const DROP = statement(
  `with gone as (delete from run_file_chunk where workspace_id = $1 and run = $2 and number = any($3))
   delete from run_file where workspace_id = $1 and run = $2 and number = any($3)`,
)

/** The bytes go as parameters of the driver: the ORM would write them into the text of the statement. */
export function openFileRows({ read: execute }: Pick<Store, 'read'>): FileRows {
  const valuesOf = ({ workspace, run }: FilesOf, it: StoredFile) => [
    ...[
      workspace,
      run,
      it.number,
      it.position,
      it.name,
      it.mediaType,
      it.state,
      it.bytes,
      it.chunks,
      it.sha256,
    ],
    ...[it.secrets, it.isProtected, it.sealedKey],
  ]
  return {
    list: ({ workspace, run }) => execute<StoredFile>(LIST, [workspace, run]),
    begin: async (of, file) => void (await execute(BEGIN, valuesOf(of, file))),
    update: async (of, file) => void (await execute(UPDATE, valuesOf(of, file))),
    async addChunk({ workspace, run }, number, chunk, sealed) {
      await execute(ADD_CHUNK, [workspace, run, number, chunk, sealed])
    },
    async chunk({ workspace, run }, number, chunk) {
      const [row] = await execute<{ sealed: Buffer }>(CHUNK, [workspace, run, number, chunk])
      return row?.sealed
    },
    open: async ({ workspace, run }, number, key) =>
      void (await execute(OPEN, [workspace, run, number, key])),
    withhold: async ({ workspace, run }, numbers) =>
      void (await execute(WITHHOLD, [workspace, run, [...numbers]])),
    drop: async ({ workspace, run }, numbers) => void (await execute(DROP, [workspace, run, [...numbers]])),
  }
}
