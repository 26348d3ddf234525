import { type Bench, inTurns, type Round } from './benchmark.ts'
import type { Load, LoadResult } from './load.ts'

// As many rounds' time, for each side, before the first round counts.
const WARM_UP_ROUNDS = 2

export interface Loads {
  ours: Load
  floor: Load
}

/** Rounds of the same load on both, after both are warm. */
export async function compareLoads(
  bench: Bench,
  name: string,
  loads: Loads,
  read: (result: LoadResult) => number,
): Promise<Round[]> {
  const { seconds } = bench.options
  await warmUp(bench, name, loads)
  const measure = async (load: Load) => read(await bench.load({ ...load, seconds }))
  return inTurns(bench, name, { ours: () => measure(loads.ours), floor: () => measure(loads.floor) })
}

/** @returns what each answered last. */
export async function warmUp(
  { options, say, load }: Bench,
  name: string,
  { ours, floor }: Loads,
): Promise<{ ours: string; floor: string }> {
  say(`${name}: warming up`)
  const seconds = options.seconds * WARM_UP_ROUNDS
  const warm = await load({ ...ours, seconds })
  const warmFloor = await load({ ...floor, seconds })
  return { ours: warm.answer, floor: warmFloor.answer }
}
