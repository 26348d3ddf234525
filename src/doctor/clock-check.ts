import { describeSkew, measureClock, STOPPING_SKEW, TOLD_SKEW } from '../store/clock-watch.ts'
import { type Examination, error, type Finding, ok, warning } from './check.ts'

/** Whether the clock of this machine agrees with the database's. */
export async function checkClock({ store }: Examination): Promise<Finding> {
  const skew = await measureClock(store)
  const words = describeSkew(skew)
  const message = `${words[0]?.toUpperCase()}${words.slice(1)}. Have both take their time from the same servers (NTP).`
  if (Math.abs(skew) > STOPPING_SKEW) return error('clock', `${message} A worker here takes no runs.`)
  if (Math.abs(skew) > TOLD_SKEW) return warning('clock', message)
  return ok('clock', "This machine's clock and the database's agree.")
}
