import { startAlerts } from '../alerts/send-alerts.ts'
import { cutChains } from '../audit/checkpoints.ts'
import { startAuditKeeper } from '../audit/keeper.ts'
import { createScheduler } from '../domain/index.ts'
import { endLostRuns, startRetention, startStorageMeter } from '../executor/index.ts'
import { createPolicySealer } from '../keys/policy-sealer.ts'
import { openMailer } from '../mail/mailer.ts'
import { purgeWorkspaces } from '../store/purge-workspaces.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import { pruneStepCache } from '../store/step-cache.ts'
import { openAuditStream, withoutSecrets } from './audit-stream.ts'
import type { WorkerParts, WorkerRuns } from './worker-runs.ts'

/** What one worker of all does each minute: schedules, runs of dead workers, policies, and what nobody needs any more. */
export function startHousekeeping(parts: WorkerParts, runs: WorkerRuns): void {
  const { config, log, store, registry, instruments, keeper } = parts
  const { queue, sealer, opener, stored } = runs
  const scheduler = createScheduler({
    store,
    sealer,
    queue,
    registry,
    log,
    queuedRuns: config.limits.queuedRuns,
    stored,
    started: instruments.counts.scheduleStarted,
  })
  const policies = createPolicySealer({ store, opener, isVouched: keeper.isVouched, log })
  const cacheReach = new Reach(log)
  queue.everyMinute(async (stopping) => {
    await scheduler.startDue(stopping)
    await endLostRuns({ store, queue, log, metrics: instruments.counts }, stopping)
    await policies.sealChanged(stopping)
    await queue.hookChecks.prune()
    await cacheReach.all(
      () => listWorkspaces(store.em()),
      () => pruneStepCache(store),
      (workspace) => pruneStepCache(store, workspace),
    )
    const gone = await purgeWorkspaces(store, stopping)
    if (gone > 0) log.info({ workspaces: gone }, 'deleted workspaces removed, with their keys')
  })
}

/** What goes on beside the runs at times of its own: retention, the audit log, what is stored, alerts. */
export async function startCompanions(parts: WorkerParts, { egress }: WorkerRuns): Promise<void> {
  const { config, log, store, undo, keeper, mayWork } = parts
  const retention = { runDays: config.runRetentionDays, auditDays: config.auditRetentionDays }
  const signing = { store, log, signer: keeper.signer, known: new Map() }
  const cutAudit = (days: number) => cutChains(signing, days)
  undo.add(startRetention({ store, log, mayWork, cutAudit }, retention))
  undo.add(startAuditKeeper(signing))
  undo.add(startStorageMeter({ store, log }))
  const mailer = config.signIn.mail && (await openMailer(config.signIn.mail, log))
  undo.add(() => mailer?.close())
  const http = (workspace: string, signal: AbortSignal) => egress.forStep(withoutSecrets(workspace, signal))
  undo.add(startAlerts({ store, log, mailer, http, publicUrl: config.publicUrl, mayWork }))
  const stream = await openAuditStream({ config, store, log, egress, mayWork })
  if (stream) undo.add(stream)
}
