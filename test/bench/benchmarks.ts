import { type Bench, type Benchmark, type Figure, type Options, short } from './benchmark.ts'
import { egress } from './benchmarks/egress.ts'
import { list } from './benchmarks/list.ts'
import { listBig } from './benchmarks/list-big.ts'
import { memory } from './benchmarks/memory.ts'
import { openCold } from './benchmarks/open-cold.ts'
import { openWarm } from './benchmarks/open-warm.ts'
import { pluginCall } from './benchmarks/plugin-call.ts'
import { redact } from './benchmarks/redact.ts'
import { run } from './benchmarks/run.ts'
import { run3 } from './benchmarks/run-3.ts'
import { runHistory } from './benchmarks/run-history.ts'
import { runLatency } from './benchmarks/run-latency.ts'
import { start } from './benchmarks/start.ts'
import { variables } from './benchmarks/variables.ts'
import { workers } from './benchmarks/workers.ts'
import { createLoad, type Load } from './load.ts'

export const benchmarks: readonly Benchmark[] = [
  run,
  runLatency,
  run3,
  runHistory,
  list,
  listBig,
  variables,
  openCold,
  openWarm,
  redact,
  egress,
  pluginCall,
  start,
  memory,
  workers,
]

/** What disposes of all that the benchmarks which run now have started. */
const running = new Set<() => Promise<void>>()
let isEnding = false

/**
 * Measures one after the other.
 *
 * @param keep gets the figures of each as soon as they are there.
 * @returns the names of those that failed; each says why, and the others go on.
 */
export async function measureEach(
  selected: readonly Benchmark[],
  options: Options,
  say: (line: string) => void,
  keep: (figures: Figure[]) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = []
  for (const { name, about, measure } of selected) {
    if (isEnding) break
    say(`${name}: ${about}`)
    const figures = await withBench(options, say, measure).catch((error: unknown) => {
      say(`${name} FAILED: ${error instanceof Error ? error.message : String(error)}`)
      failed.push(name)
      return []
    })
    for (const it of figures)
      say(`${it.name}: ${short(it.ratio ?? it.ours)}, to reach ${it.goal ?? 'nothing'}`)
    await keep(figures)
  }
  return failed
}

/** Gives what a benchmark needs, and disposes of all that it started. */
export async function withBench<T>(
  options: Options,
  say: (line: string) => void,
  use: (bench: Bench) => Promise<T>,
): Promise<T> {
  const stack = new AsyncDisposableStack()
  let disposed: Promise<void> | undefined
  const dispose = () => {
    disposed ??= stack.disposeAsync()
    return disposed
  }
  running.add(dispose)
  let send: ReturnType<typeof createLoad> | undefined
  const load = (it: Load) => {
    send ??= createLoad(stack)
    return send(it)
  }
  try {
    return await use({ options, say, stack, load })
  } finally {
    await dispose()
    running.delete(dispose)
  }
}

/** Ends every process that a benchmark started, which then fails, and begins no other one. */
export async function endAll(): Promise<void> {
  isEnding = true
  await Promise.allSettled([...running].map((dispose) => dispose()))
}
