import { AppError } from '../../src/errors.ts'

/**
 * The least processor time of several runs, in milliseconds. Other processes and waiting do not count. Refusals
 * count as well.
 */
export function fastest(work: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage()
    try {
      work()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
    return process.cpuUsage(start).user / 1000
  })
  return Math.min(...times)
}
