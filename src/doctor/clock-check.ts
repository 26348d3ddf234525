import { describeSkew, measureClock, STOPPING_SKEW, TOLD_SKEW } from '../store/clock-watch.ts'
import { listWorkers } from '../store/workers.ts'
import { type Examination, error, type Finding, ok, warning } from './check.ts'

const ADVICE = 'Have both machines take their time from the same servers (NTP).'

/** Whether the clocks of this machine and of the workers agree with the database's. */
export async function checkClocks({ store }: Examination): Promise<Finding[]> {
  const workers = (await listWorkers(store.em())).filter(({ live }) => live)
  const findings = [
    ...judge(await measureClock(store), 'this machine'),
    ...workers.flatMap(({ host, skewSeconds }) => judge(skewSeconds * 1000, `a worker on ${host}`)),
  ]
  return findings.length > 0 ? findings : [ok('clock', "Every machine's clock agrees with the database's.")]
}

function judge(skew: number, whose: string): Finding[] {
  const words = describeSkew(skew, whose)
  const message = `${words[0]?.toUpperCase()}${words.slice(1)}. ${ADVICE}`
  if (Math.abs(skew) > STOPPING_SKEW) return [error('clock', `${message} A worker there takes no runs.`)]
  return Math.abs(skew) > TOLD_SKEW ? [warning('clock', message)] : []
}
