import fc from 'fast-check'
import { test } from 'vitest'

/** The property that is repeated until the time is over. */
type Property = fc.IRawProperty<unknown>

const { FUZZ_SEED = '1', FUZZ_SECONDS_OF_FILE = '5' } = process.env
const BATCH = 50
// After this time (milliseconds) a case is shown even if it could be shrunk further.
const SHRINK_FOR = 30_000

/**
 * Runs each property with many random inputs. The properties share the time of their file. Each prints how often
 * it ran and its seed. A failure shows the seed and the shrunk case, and `FUZZ_SEED` repeats it.
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
