import fc from 'fast-check'
import { test } from 'vitest'

/** What is tried anew until the time is over. */
type Property = fc.IRawProperty<unknown>

const { FUZZ_SEED = '1', FUZZ_SECONDS_OF_FILE = '5' } = process.env
const BATCH = 50
// A case that is hard to shrink is shown as it is after this time (milliseconds).
const SHRINK_FOR = 30_000

/**
 * Makes a long random run of each property: they share the time of their file. Each says how often it was tried
 * and from which seed on; a failure shows the seed and the shrunk case, and `FUZZ_SEED` tries it again.
 */
export function fuzz(properties: Readonly<Record<string, Property>>): void {
  const all = Object.entries(properties)
  const share = (Number(FUZZ_SECONDS_OF_FILE) * 1000) / all.length
  test.each(all)('%s', async (name, property) => {
    const first = Number(FUZZ_SEED)
    const end = performance.now() + share
    let runs = 0
    let seed = first
    do {
      await runBatch(property, seed++)
      runs += BATCH
    } while (performance.now() < end)
    process.stdout.write(`${name}: ${runs} runs, seeds ${first} to ${seed - 1}\n`)
  })
}

async function runBatch(property: Property, seed: number): Promise<void> {
  const settings = { seed, numRuns: BATCH, interruptAfterTimeLimit: SHRINK_FOR }
  const details = await fc.check(property, settings)
  if (!details.failed) return
  throw new Error(`FUZZ_SEED=${seed} shows it at once.\n${fc.defaultReportMessage(details)}`, {
    cause: details.errorInstance,
  })
}
