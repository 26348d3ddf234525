import progressBars from 'cli-progress'
import type { Progress } from '../keys/key-command.ts'

const LINE_MS = 5000
const COUNT_MS = 200

/**
 * Shows a bar with an estimate on a terminal, and a line every few seconds elsewhere. It writes to standard error.
 */
export function showProgress(what: string, total: number): Progress {
  if (total === 0) return { advance: () => undefined, stop: () => undefined }
  return process.stderr.isTTY ? showBar(what, total) : showLines(what, total)
}

function showBar(what: string, total: number): Progress {
  const bar = new progressBars.SingleBar(
    {
      format: `${what} {bar} {value} of {total}, about {eta_formatted} left`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      etaBuffer: 50,
    },
    progressBars.Presets.shades_classic,
  )
  bar.start(total, 0)
  return { advance: (count) => bar.increment(count), stop: () => bar.stop() }
}

function showLines(what: string, total: number): Progress {
  const began = performance.now()
  let [value, said] = [0, began]
  return {
    advance(count) {
      value += count
      const now = performance.now()
      if (now - said < LINE_MS) return
      said = now
      const secondsLeft = Math.ceil(((now - began) / 1000 / value) * Math.max(0, total - value))
      process.stderr.write(`${what}: ${value} of ${total}, about ${secondsLeft} s left\n`)
    },
    stop: () => undefined,
  }
}

/**
 * Shows on a terminal how much is done of what has no known end. It writes to standard error.
 *
 * @param done is asked a few times in a second.
 */
export function showCount(what: string, done: () => string): Pick<Progress, 'stop'> {
  if (!process.stderr.isTTY) return { stop: () => undefined }
  // Goes to the beginning of the line, and clears it (ECMA-48).
  const clear = '\r\u001b[K'
  const timer = setInterval(() => process.stderr.write(`${clear}${what}: ${done()}`), COUNT_MS)
  return {
    stop() {
      clearInterval(timer)
      process.stderr.write(clear)
    },
  }
}
