import { once } from 'node:events'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { TestApp } from './app.ts'
import { freePorts, main } from './instance.ts'
import { type LockstepProcess, startLockstep } from './lockstep-process.ts'

/** An API process whose traffic, log and memory can be searched for a value. */
export interface WatchedApi {
  /** Its address, through a proxy that records every byte. */
  url: string
  process: LockstepProcess
  /**
   * The places where any of the values can be found, in the clear or in a usual encoding: `traffic`, `log`, `heap`
   * (a snapshot of V8's heap after a garbage collection), and on Linux `memory` (all writable memory of the
   * process, including garbage and buffers).
   */
  placesOf(...values: string[]): Promise<string[]>
  /** Whether the traffic contains it. This needs no snapshot. */
  isInTraffic(value: string): boolean
  stop(): Promise<void>
}

/** Starts a separate API process on the database of the app, with its log at `debug`. */
export async function startWatchedApi(app: TestApp): Promise<WatchedApi> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-heap-'))
  const { PORT } = await freePorts()
  // By default V8 truncates strings in a snapshot.
  const flags = [
    '--heapsnapshot-signal=SIGUSR2',
    `--diagnostic-dir=${folder}`,
    '--heap-snapshot-string-limit=100000000',
  ]
  const env = { DATABASE_URL: app.database.url.reveal(), LOCKSTEP_DATA: folder, PORT, LOCKSTEP_LOG: 'debug' }
  const process = startLockstep([...flags, main, 'api'], env)
  await process.untilSays(/"msg":"API is ready"/)
  const proxy = await startRecorder(Number(PORT))
  return {
    url: proxy.url,
    process,
    isInTraffic: (value) => holds(formsOf(value), Buffer.concat(proxy.recorded)),
    async placesOf(...values) {
      const places: Record<string, Buffer[]> = {
        traffic: [Buffer.concat(proxy.recorded)],
        log: [Buffer.from(process.output.join('\n'))],
        heap: [await takeSnapshot(process, folder)],
        ...(globalThis.process.platform === 'linux' && { memory: await readMemory(process.pid) }),
      }
      const forms = values.flatMap(formsOf)
      return Object.keys(places).filter((place) => places[place]?.some((it) => holds(forms, it)))
    },
    async stop() {
      await proxy.close()
      await process.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** Forwards connections and records all bytes of both directions. */
async function startRecorder(port: number) {
  const recorded: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const api = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [client, api],
      [api, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk: Buffer) => recorded.push(chunk))
      from.on('error', () => to.destroy())
      from.pipe(to)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, recorded, close }
}

async function takeSnapshot({ pid }: LockstepProcess, folder: string): Promise<Buffer> {
  process.kill(pid, 'SIGUSR2')
  const file = await vi.waitUntil(
    async () => {
      const name = (await readdir(folder)).find((it) => it.endsWith('.heapsnapshot'))
      return name !== undefined && (await isWhole(join(folder, name))) ? join(folder, name) : undefined
    },
    { timeout: 60_000, interval: 200 },
  )
  const snapshot = await readFile(file)
  await rm(file)
  return snapshot
}

/** Whether a snapshot is written completely: the list of strings and the object are closed. */
async function isWhole(file: string): Promise<boolean> {
  await using handle = await open(file)
  const { size } = await handle.stat()
  const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, Math.max(0, size - 16))
  return /\]\s*\}\s*$/.test(buffer.toString().replaceAll('\0', ''))
}

/** The writable memory of a process (proc(5)), mapping by mapping. */
async function readMemory(pid: number): Promise<Buffer[]> {
  const maps = await readFile(`/proc/${pid}/maps`, 'utf8')
  await using memory = await open(`/proc/${pid}/mem`)
  const found: Buffer[] = []
  for (const [, from = '', to = ''] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) rw/gm)) {
    const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)]
    const chunk = Buffer.allocUnsafe(end - start)
    // Some mappings cannot be read.
    const read = await memory.read(chunk, 0, chunk.length, start).catch(() => undefined)
    if (read) found.push(...usedParts(chunk.subarray(0, read.bytesRead)))
  }
  return found
}

const EMPTY_PAGE = Buffer.alloc(4096)

/** Without the pages of zeros that most of a mapping consists of: V8 reserves half a gigabyte for code alone. */
function usedParts(mapping: Buffer): Buffer[] {
  const parts: Buffer[] = []
  let from = 0
  for (let at = 0; at < mapping.length; at += EMPTY_PAGE.length) {
    if (!mapping.subarray(at, at + EMPTY_PAGE.length).equals(EMPTY_PAGE)) continue
    if (at > from) parts.push(mapping.subarray(from, at))
    from = at + EMPTY_PAGE.length
  }
  if (from < mapping.length) parts.push(mapping.subarray(from))
  return parts
}

const holds = (forms: readonly Buffer[], bytes: Buffer) => forms.some((it) => bytes.includes(it))

/** A value unchanged, in JSON, percent-encoded, in base64 at any offset, in hex and in UTF-16. */
function formsOf(value: string): Buffer[] {
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]).toString('base64')
    // Without the characters that also depend on the text before and after.
    return encoded.slice(offset === 0 ? 0 : 4, -4)
  })
  const texts = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Buffer.from(value).toString('hex'),
    ...base64,
    ...base64.map((it) => it.replaceAll('+', '-').replaceAll('/', '_')),
  ]
  // Most are the same, and each is looked for in hundreds of megabytes.
  return [...[...new Set(texts)].map((it) => Buffer.from(it)), Buffer.from(value, 'utf16le')]
}
