import { checkCertificates } from './certificate-checks.ts'
import type { Examination, Finding } from './check.ts'
import { checkClocks } from './clock-check.ts'
import { checkDatabase } from './database-checks.ts'
import { checkPause, checkQueue, checkWorkers } from './queue-checks.ts'
import { checkReplication } from './replication-checks.ts'
import { checkApiRole } from './role-check.ts'
import { checkRootKey } from './root-key-checks.ts'
import { checkSecrets, checkWorkspaceKeys } from './value-checks.ts'
import { checkVouching } from './vouching-checks.ts'

/** Checks everything that can keep an instance from reading its secrets or from working. It changes nothing. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const database = await checkDatabase(examination)
  if (database.some(({ status }) => status === 'error')) return database
  const { findings, rootKey } = await checkRootKey(examination)
  const opened = rootKey
    ? [
        ...(await checkVouching(examination, rootKey)),
        await checkWorkspaceKeys(examination, rootKey),
        ...(await checkSecrets(examination, rootKey)),
      ]
    : []
  return [
    ...database,
    await checkApiRole(examination),
    await checkReplication(examination),
    ...(await checkClocks(examination)),
    await checkPause(examination),
    ...findings,
    ...(await checkCertificates(examination)),
    ...opened,
    ...(await checkQueue(examination)),
    await checkWorkers(examination),
  ]
}
