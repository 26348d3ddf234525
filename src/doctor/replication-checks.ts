import { type Replication, readReplication } from '../store/replication.ts'
import { type Examination, type Finding, ok, warning } from './check.ts'

/** What a fail-over may lose, by how the database replicates. */
export async function checkReplication({ store, config }: Examination): Promise<Finding> {
  const found = await readReplication(store.em())
  return judge({ ...found, commits: config.synchronousCommit ?? found.commits })
}

function judge({ commits, synchronousNames, standbys }: Replication): Finding {
  if (commits === 'off') {
    const what = 'A crash of the database loses what was committed just before: synchronous_commit is off'
    return warning('replication', `${what}. Set LOCKSTEP_SYNCHRONOUS_COMMIT=on.`)
  }
  if (synchronousNames === '') {
    if (standbys === 0) return ok('replication', 'No standby is connected.')
    const what = `Standbys that follow: ${standbys}, but no commit waits for one (synchronous_standby_names is empty)`
    const loss = 'a fail-over may lose runs that have been answered'
    return warning('replication', `${what}: ${loss}. docs/scaling.md says what to set.`)
  }
  if (commits === 'local') {
    const what = 'Commits do not wait for the synchronous standbys: synchronous_commit is local'
    return warning('replication', `${what}. Set LOCKSTEP_SYNCHRONOUS_COMMIT=on.`)
  }
  const held =
    commits === 'remote_write' ? 'have received it' : commits === 'on' ? 'have stored it' : 'show it'
  return ok('replication', `A commit waits until ${synchronousNames} ${held} (${commits}).`)
}
