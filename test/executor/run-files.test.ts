import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FileLimits, RunFiles } from '../../src/executor/files/run-files.ts'
import { CHUNK_BYTES } from '../../src/file-seal.ts'
import { createRunRedactor } from '../../src/redactor/index.ts'
import { Sensitive } from '../../src/sensitive.ts'
import { newRowId } from '../../src/store/row-id.ts'
import { openFileRows } from '../../src/store/run-files.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const SECRET = 'sk_live_51Hx9a8b7c6d5e4f3g2h1'
const MIB = 1024 * 1024

let database: TestDatabase
let store: Store
let run: string
beforeAll(async () => {
  database = await createTestDatabase()
  store = await openStore(database.url)
})
afterAll(async () => {
  await store.close()
  await database.drop()
})
beforeEach(() => {
  run = newRowId()
})

const { signal } = new AbortController()
// Each says for which row it was sealed, as the vault does.
const sealer = { seal: async ({ name }: { name: string }, value: string) => JSON.stringify([name, value]) }
const opener = {
  async openRunData({ name }: { name: string }, sealed: string) {
    const [at, value] = JSON.parse(sealed)
    if (at !== name) throw new Error('sealed for another row')
    return new Sensitive(value)
  },
}

/** The files of the run in one worker, and what that worker knows. */
function openRun(limits: FileLimits = { file: 8 * MIB, run: 16 * MIB }, mayStore = async () => undefined) {
  const redactor = createRunRedactor()
  const shared = { rows: openFileRows(store), sealer, opener, limits, mayStore }
  const files = new RunFiles({ workspace: 'acme', run, store: shared, redactor, patiently: (it) => it() })
  return { files, redactor, learn: () => redactor.learn(['API_KEY'], new Sensitive(SECRET)) }
}

async function keep(files: RunFiles, pieces: readonly (Uint8Array | string)[], more: object = {}) {
  const open = await files.create(
    { position: 0, name: 'a.bin', mediaType: 'application/zip', ...more },
    signal,
  )
  for (const it of pieces) await open.write(typeof it === 'string' ? Buffer.from(it) : it)
  return open.end()
}

async function contentOf(files: RunFiles, id: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const it of files.read(id)) pieces.push(it)
  return Buffer.concat(pieces)
}

const rows = () =>
  database.query<{
    state: string
    open_key: Buffer | null
    sealed_key: string | null
    sha256: string | null
  }>('select state, open_key, sealed_key, sha256 from run_file where run = $1 order by number', [run])
const change = (sql: string) => database.query(sql, [run])

describe('a file', () => {
  test.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])(
    'of %i bytes is read as it was written',
    async (length) => {
      const { files } = openRun()
      const content = randomBytes(length)
      const file = await keep(files, [content.subarray(0, 100), content.subarray(100)])
      expect(file).toEqual({
        file: `acme.${run}.1`,
        name: 'a.bin',
        mediaType: 'application/zip',
        bytes: length,
      })
      expect((await contentOf(files, file.file)).equals(content)).toBe(true)
    },
  )

  test('is nowhere in the clear', async () => {
    const { files } = openRun()
    await keep(files, ['the content of the file'])
    const [chunk] = await database.query<{ sealed: Buffer }>(
      'select sealed from run_file_chunk where run = $1',
      [run],
    )
    expect(chunk?.sealed.includes('content')).toBe(false)
    expect(await rows()).toMatchObject([{ state: 'SEALED', open_key: null }])
  })

  test('is there for a worker that takes the run over, and one that was not finished is not', async () => {
    const { files } = openRun()
    const { file } = await keep(files, ['whole'])
    const half = await files.create({ position: 1, name: 'half', mediaType: null }, signal)
    await half.write(randomBytes(2 * CHUNK_BYTES))
    const next = openRun()
    await next.files.load()
    expect((await contentOf(next.files, file)).toString()).toBe('whole')
    expect(await rows()).toHaveLength(1)
    expect((await keep(next.files, ['another'])).file).toBe(`acme.${run}.3`)
  })

  test('of another run is none', async () => {
    const { files } = openRun()
    const { file } = await keep(files, ['mine'])
    run = newRowId()
    const other = openRun().files
    await keep(other, ['another'])
    expect(() => other.read(file)).toThrow('This run has no such file')
  })
})

describe('whoever writes to the database cannot', () => {
  test.each([
    ['cut the last chunk off', 'delete from run_file_chunk where run = $1 and chunk = 2'],
    [
      'cut the file and say that it is shorter',
      `with cut as (delete from run_file_chunk where run = $1 and chunk = 2)
       update run_file set chunks = 2, bytes = ${2 * CHUNK_BYTES} where run = $1 and number = 1`,
    ],
    [
      'swap two chunks',
      'update run_file_chunk set chunk = case chunk when 0 then 10 when 1 then 11 else chunk end where run = $1 and number = 1; ' +
        'update run_file_chunk set chunk = case chunk when 10 then 1 when 11 then 0 else chunk end where run = $1 and number = 1',
    ],
    [
      'put the chunk of another file in the place of one',
      `update run_file_chunk as mine set sealed = other.sealed from run_file_chunk as other
        where mine.run = $1 and other.run = $1 and mine.number = 1 and other.number = 2 and mine.chunk = other.chunk`,
    ],
    [
      'change a byte',
      'update run_file_chunk set sealed = set_byte(sealed, 5, get_byte(sealed, 5) # 1) where run = $1 and chunk = 1',
    ],
  ])('%s', async (_what, sql) => {
    const { files } = openRun()
    const content = randomBytes(2 * CHUNK_BYTES + 10)
    const { file } = await keep(files, [content])
    await keep(files, [randomBytes(2 * CHUNK_BYTES + 10)])
    for (const one of sql.split(';')) await change(one)
    const next = openRun().files
    await next.load()
    await expect(contentOf(next, file)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' })
  })

  test('give one file the key of another', async () => {
    const { files } = openRun()
    await keep(files, ['one'])
    await keep(files, ['two'])
    await change(
      `update run_file as mine set sealed_key = other.sealed_key from run_file as other
        where mine.run = $1 and other.run = $1 and mine.number = 1 and other.number = 2`,
    )
    await expect(openRun().files.load()).rejects.toThrow('sealed for another row')
  })
})

describe('the bounds', () => {
  test('a file may have its size and no byte more, and leaves nothing behind', async () => {
    const { files } = openRun({ file: CHUNK_BYTES, run: MIB })
    await keep(files, [randomBytes(CHUNK_BYTES)])
    const open = await files.create({ position: 0, name: 'b', mediaType: null }, signal)
    await open.write(randomBytes(CHUNK_BYTES))
    await expect(open.write(Buffer.of(1))).rejects.toMatchObject({
      code: 'RESPONSE_TOO_LARGE',
      message: expect.stringContaining('LOCKSTEP_FILE_MAX_MIB'),
    })
    await open.abort()
    expect(await rows()).toHaveLength(1)
    expect(files.bytes).toBe(CHUNK_BYTES)
  })

  test('all files of a run together have theirs, also after a take-over', async () => {
    const limits = { file: MIB, run: 2 * CHUNK_BYTES }
    const { files } = openRun(limits)
    await keep(files, [randomBytes(CHUNK_BYTES)])
    const next = openRun(limits).files
    await next.load()
    await keep(next, [randomBytes(CHUNK_BYTES)])
    await expect(keep(next, ['one more'])).rejects.toMatchObject({
      code: 'RESPONSE_TOO_LARGE',
      message: expect.stringContaining('LOCKSTEP_RUN_FILES_MAX_MIB'),
    })
  })

  test('a workspace that stores as much as it may keeps no file', async () => {
    const { files } = openRun(undefined, () => Promise.reject(new Error('full')))
    await expect(keep(files, ['one'])).rejects.toThrow('full')
    expect(await rows()).toEqual([])
  })
})

describe('a secret', () => {
  const cut = (text: string, at: number) => [text.slice(0, at), text.slice(at)]

  test.each(Array.from({ length: SECRET.length }, (_, at) => at))(
    'in text is masked wherever a piece ends within it (%i)',
    async (at) => {
      const { files, learn } = openRun()
      learn()
      const pieces = cut(`before ${SECRET} behind`, 'before '.length + at)
      const { file } = await keep(files, pieces, { mediaType: 'text/plain' })
      expect((await contentOf(files, file)).toString()).toBe('before [secret API_KEY] behind')
    },
  )

  test('in text is masked where a chunk ends within it', async () => {
    const { files, learn } = openRun()
    learn()
    const filling = 'x '.repeat(CHUNK_BYTES / 2 - 5)
    const { file } = await keep(files, [`${filling}${SECRET} behind`], { mediaType: 'text/csv' })
    expect((await contentOf(files, file)).toString()).toBe(`${filling}[secret API_KEY] behind`)
  })

  test.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(`user:${SECRET}`).toString('base64')],
    ['in UTF-16', Buffer.from(SECRET, 'utf16le').toString('latin1')],
  ])('among bytes is found %s, and every byte stays', async (_how, form) => {
    const { files, learn } = openRun()
    learn()
    const pieces = [randomBytes(70_000), Buffer.from(form, 'latin1'), randomBytes(70_000)]
    const content = Buffer.concat(pieces)
    const middle = 70_000 + 7
    const { file } = await keep(files, [content.subarray(0, middle), content.subarray(middle)])
    expect((await contentOf(files, file)).equals(content)).toBe(true)
    expect(await files.secretsIn(file, signal)).toEqual(['API_KEY'])
  })

  test('is not found where there is none', async () => {
    const { files, learn } = openRun()
    learn()
    const { file } = await keep(files, [randomBytes(300_000)])
    expect(await files.secretsIn(file, signal)).toEqual([])
  })

  test('that the run learns only later is found in a file of before', async () => {
    const { files, learn } = openRun()
    const { file } = await keep(files, [`before ${SECRET} behind`])
    expect(await files.secretsIn(file, signal)).toEqual([])
    learn()
    expect(await files.secretsIn(file, signal)).toEqual(['API_KEY'])
  })
})

describe('when the run has ended', () => {
  const settled = async (files: RunFiles, mayOpen = true) => {
    await files.settle(mayOpen, signal)
    const chunks = await database.query('select 1 from run_file_chunk where run = $1', [run])
    return { rows: await rows(), chunks: chunks.length }
  }
  const gone = { rows: [{ state: 'WITHHELD', open_key: null, sealed_key: null, sha256: null }], chunks: 0 }

  test('a file without secrets is there for people', async () => {
    const { files, learn } = openRun()
    learn()
    await keep(files, ['nothing in it'])
    expect(await settled(files)).toMatchObject({ rows: [{ state: 'OPEN', sealed_key: null }], chunks: 1 })
  })

  test.each([
    ['in which a value was masked', [SECRET], { mediaType: 'text/plain' }],
    ['in which a value stands', [SECRET], {}],
    ['that its step has protected', ['nothing'], { protectedBy: [] }],
  ])('of a file %s nothing is left', async (_what, pieces, more) => {
    const { files, learn } = openRun()
    learn()
    await keep(files, pieces, more)
    expect(await settled(files)).toEqual(gone)
  })

  test('of a file with a value that the run learned last nothing is left', async () => {
    const { files, learn } = openRun()
    await keep(files, [SECRET], { name: `${SECRET}.txt`, mediaType: `text/${SECRET}` })
    learn()
    expect(await settled(files)).toEqual(gone)
    expect(await database.query('select name, media_type from run_file where run = $1', [run])).toEqual([
      { name: '[secret API_KEY].txt', media_type: 'application/octet-stream' },
    ])
  })

  test('nothing is left when nobody can say what is in the files', async () => {
    const { files } = openRun()
    await keep(files, ['nothing'])
    expect(await settled(files, false)).toEqual(gone)
  })
})
