/** Makes load, as its parent asks for it: a process of its own, so that it costs ours and the floor the same. */
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { Pool } from 'undici'
import { median } from './benchmark.ts'
import type { Load, LoadResult } from './load.ts'

const unpack = promisify(brotliDecompress)

process.on('message', (load: Load) => {
  make(load).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  )
})

async function make(load: Load): Promise<LoadResult> {
  const { urls, connections, seconds, requests = Number.POSITIVE_INFINITY } = load
  const targets = urls.map((it) => new URL(it))
  const pool = new Pool(targets[0]?.origin ?? '', { connections, pipelining: 1 })
  const times: number[] = []
  const began = performance.now()
  const until = seconds === undefined ? Number.POSITIVE_INFINITY : began + seconds * 1000
  let [started, answer] = [0, '']
  const connection = async () => {
    while (started < requests && performance.now() < until) {
      const { pathname = '' } = targets[started++ % targets.length] ?? {}
      const from = performance.now()
      answer = await send(pool, pathname, load)
      times.push(performance.now() - from)
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, connection))
    const perSecond = times.length / ((performance.now() - began) / 1000)
    return { perSecond, p50: median(times), answer }
  } finally {
    await pool.destroy()
  }
}

async function send(pool: Pool, path: string, { headers, body, expected }: Load): Promise<string> {
  const answer = await pool.request({ path, method: 'POST', headers, body })
  const bytes = Buffer.from(await answer.body.arrayBuffer())
  const isBrotli = answer.headers['content-encoding'] === 'br'
  const text = (isBrotli ? await unpack(bytes) : bytes).toString()
  if (answer.statusCode === 200 && expected.every((it) => text.includes(it))) return text
  throw new Error(`A request failed, so there is no figure: ${answer.statusCode} ${text.slice(0, 500)}`)
}
