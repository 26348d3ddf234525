import type { Page } from 'playwright-core'

/** The cost of scrolling for the page's main thread. */
export interface ScrollMeter {
  /** Turns the wheel once, and waits until the page has drawn the result. */
  turn(pixels: number): Promise<void>
  /** The computing time of each turn in milliseconds, in order. */
  turns: readonly number[]
  /** The medians of the first and of the last quarter of the turns. */
  firstAndLast(): [number, number]
  /** One line of figures to print. */
  describe(): Promise<string>
}

export async function startScrollMeter(page: Page): Promise<ScrollMeter> {
  await page.evaluate(`
    tasks = []
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((it) => it.duration)))
      .observe({ type: 'longtask' })
  `)
  const processorTime = await watchProcessorTime(page)
  const turns: number[] = []
  const firstAndLast = (): [number, number] => {
    const quarter = Math.max(1, Math.floor(turns.length / 4))
    return [median(turns.slice(0, quarter)), median(turns.slice(-quarter))]
  }
  return {
    turns,
    firstAndLast,
    async turn(pixels) {
      const before = await processorTime()
      await page.mouse.wheel(0, pixels)
      await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
      turns.push((await processorTime()) - before)
    },
    async describe() {
      const tasks = await page.evaluate<number[]>('tasks')
      const [first, last] = firstAndLast()
      return (
        `${turns.length} turns of the wheel: ${tasks.length} tasks over 50 ms, ` +
        `${tasks.filter((it) => it > 100).length} over 100 ms, the longest ${Math.round(Math.max(0, ...tasks))} ms; ` +
        `processor time of a turn ${first.toFixed(1)} ms at the top, ${last.toFixed(1)} ms at the end, ` +
        `${Math.max(0, ...turns).toFixed(1)} ms at most`
      )
    },
  }
}

/** The computing time of the page's main thread in milliseconds, independent of other load. */
async function watchProcessorTime(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
