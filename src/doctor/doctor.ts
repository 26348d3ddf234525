import { checkReadiness } from '../store/readiness.ts'
import { checkCertificates } from './certificate-checks.ts'
import { type Examination, error, type Finding, ok } from './check.ts'
import { checkClocks } from './clock-check.ts'
import { checkPause, checkQueue, checkWorkers } from './queue-checks.ts'
import { checkRootKey } from './root-key-checks.ts'
import { checkSecrets, checkWorkspaceKeys } from './value-checks.ts'
import { checkVouching } from './vouching-checks.ts'

// How long a single query may take, in milliseconds.
const PATIENCE = 30_000

/** Checks everything that can keep an instance from reading its secrets or from working. It changes nothing. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const { ready, reason = 'it is not ready' } = await checkReadiness(examination.store, PATIENCE)
  if (!ready) return [error('database', `The database cannot be used: ${reason}.`)]
  const { findings, rootKey } = await checkRootKey(examination)
  const opened = rootKey
    ? [
        ...(await checkVouching(examination, rootKey)),
        await checkWorkspaceKeys(examination, rootKey),
        ...(await checkSecrets(examination, rootKey)),
      ]
    : []
  return [
    ok('database', 'The database answers, and no migration is pending.'),
    ...(await checkClocks(examination)),
    await checkPause(examination),
    ...findings,
    ...(await checkCertificates(examination)),
    ...opened,
    ...(await checkQueue(examination)),
    await checkWorkers(examination),
  ]
}
