import type { Page } from 'playwright-core'

/** What scrolling cost the page's main thread. */
export interface Smoothness {
  /** How long each turn of the wheel computed (milliseconds), in order. */
  turns: number[]
  /** Tasks over 50 ms, as the browser counts them (milliseconds). */
  longTasks: number[]
}

/** Turns the wheel over what is in the middle of the window until `isDone`. */
export async function scrollThrough(page: Page, isDone: () => Promise<boolean>): Promise<Smoothness> {
  await page.evaluate(`
    tasks = []
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration)))
      .observe({ type: 'longtask' })
  `)
  const processorTime = await watchProcessorTime(page)
  const turns: number[] = []
  while (!(await isDone()) && turns.length < MOST_TURNS) {
    const before = await processorTime()
    await page.mouse.wheel(0, STEP)
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    turns.push((await processorTime()) - before)
  }
  return { turns, longTasks: await page.evaluate<number[]>('tasks') }
}

// CSS pixels of one turn: many screens, so that each turn draws all of its rows anew.
const STEP = 20_000
const MOST_TURNS = 300

/** The milliseconds that the page's main thread has computed, however many others wait for the processor. */
export async function watchProcessorTime(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** One line of figures to print. */
export function describeSmoothness({ turns, longTasks }: Smoothness): string {
  const quarter = Math.max(1, Math.floor(turns.length / 4))
  const [first, last] = [median(turns.slice(0, quarter)), median(turns.slice(-quarter))]
  return (
    `${turns.length} turns of the wheel: ${longTasks.length} tasks over 50 ms, ` +
    `${longTasks.filter((it) => it > 100).length} over 100 ms, the longest ${Math.round(Math.max(0, ...longTasks))} ms; ` +
    `processor time of a turn ${first.toFixed(1)} ms at first, ${last.toFixed(1)} ms at the end, ` +
    `${Math.max(0, ...turns).toFixed(1)} ms at most`
  )
}
