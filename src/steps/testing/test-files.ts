import { RunFiles } from '../../executor/files/run-files.ts'
import { openChunks } from '../../file-seal.ts'
import type { RunRedactor } from '../../redactor/index.ts'
import { Sensitive } from '../../sensitive.ts'
import type { FileRows, StoredFile } from '../../store/run-files.ts'
import type { ShownFile } from './step-outcome.ts'

const MIB = 1024 * 1024

/** The files of a run, for tests: without a database. */
export class TestFiles {
  readonly files: RunFiles
  readonly #rows = new Map<number, StoredFile>()
  readonly #chunks = new Map<string, Buffer>()
  readonly #keys = new Map<number, Buffer>()

  constructor(at: { workspace: string; run: string; redactor: RunRedactor }) {
    const store = {
      rows: this.#openRows(),
      // Nothing has to be sealed in the memory of a test.
      sealer: { seal: async (_at: unknown, value: string) => value },
      opener: { openRunData: async (_at: unknown, sealed: string) => new Sensitive(sealed) },
      limits: { file: 64 * MIB, run: 256 * MIB },
      mayStore: async () => undefined,
    }
    this.files = new RunFiles({ ...at, store, patiently: (work) => work() })
  }

  /** Those that are for people once the run has ended. */
  async shown(): Promise<ShownFile[]> {
    await this.files.settle(true, new AbortController().signal)
    const shown: ShownFile[] = []
    for (const [number, key] of this.#keys) {
      const { name = '', mediaType = '', chunks = 0 } = this.#rows.get(number) ?? {}
      const pieces: Buffer[] = []
      const read = async (chunk: number) => this.#chunks.get(`${number} ${chunk}`)
      for await (const piece of openChunks({ key, chunks }, read)) pieces.push(piece)
      shown.push({ name, mediaType, text: Buffer.concat(pieces).toString('latin1') })
    }
    return shown
  }

  #openRows(): FileRows {
    const write = async (_of: unknown, file: StoredFile) => void this.#rows.set(file.number, file)
    return {
      list: async () => [],
      begin: write,
      update: write,
      addChunk: async (_of, number, chunk, sealed) => void this.#chunks.set(`${number} ${chunk}`, sealed),
      chunk: async (_of, number, chunk) => this.#chunks.get(`${number} ${chunk}`),
      open: async (_of, number, key) => void this.#keys.set(number, key),
      withhold: async () => undefined,
      drop: async (_of, numbers) => {
        for (const number of numbers) this.#rows.delete(number)
      },
    }
  }
}
