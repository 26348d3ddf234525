import { statusLabel } from '../runs/status.tsx'
import { between, duration } from '../time/duration.ts'
import type { ListedAutomation } from './listed-automation.ts'

const HEIGHT = 28
const LEAST = 4
const WIDTH = 5
const GAP = 2
const MOST = 20

/**
 * A chart of recent runs, with the newest at the right. The colour shows the result, the height how long a run took.
 */
export function RunChart({ runs }: { runs: ListedAutomation['runs'] }) {
  const oldestFirst = runs.toReversed()
  const times = oldestFirst.map(({ startedAt, finishedAt }) =>
    startedAt ? between(startedAt, finishedAt) : 0,
  )
  const longest = Math.max(1, ...times)
  const from = (MOST - runs.length) * (WIDTH + GAP)
  return (
    <svg
      className="run-chart"
      width={MOST * (WIDTH + GAP)}
      height={HEIGHT}
      role="img"
      aria-label={describe(runs)}
    >
      {oldestFirst.map(({ id, status }, index) => {
        const height = LEAST + ((HEIGHT - LEAST) * (times[index] ?? 0)) / longest
        return (
          <rect
            key={id}
            x={from + index * (WIDTH + GAP)}
            y={HEIGHT - height}
            width={WIDTH}
            height={height}
            rx={1.5}
            data-status={status}
          >
            <title>{`${statusLabel(status)}, ${duration(times[index] ?? 0)}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}

function describe(runs: ListedAutomation['runs']): string {
  if (runs.length === 0) return 'No runs yet'
  const failed = runs.filter(({ status }) => status === 'FAILED').length
  return `${runs.length} recent runs, ${failed} failed`
}
