// Looking at the clock takes time as well.
const BATCH = 16

/** Does something again and again. @returns microseconds for one time. */
export async function timed(seconds: number, act: () => unknown): Promise<number> {
  const began = performance.now()
  let count = 0
  do {
    for (let left = BATCH; left > 0; left--) await act()
    count += BATCH
  } while (performance.now() - began < seconds * 1000)
  return ((performance.now() - began) * 1000) / count
}
