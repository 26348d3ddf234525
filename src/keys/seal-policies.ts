import { recordAudit } from '../domain/audit.ts'
import { currentKey, type KeyCheck } from '../domain/workspace-keys.ts'
import { Secret, Workspace } from '../store/entities/index.ts'
import { holdKeyLock } from '../store/key-lock.ts'
import {
  listSealedSecrets,
  type Resealed,
  replaceSealedSecrets,
  type SealedSecret,
} from '../store/sealed-secrets.ts'
import { findSealedWorkspaceKey } from '../store/workspace-key.ts'
import { createOpener, type Opener } from '../vault/opening.ts'
import type { GeneralJwe, PublicWorkspaceKey } from '../vault/sealing.ts'
import { DONE, FAILED, type KeyCommand, loadKeys, type Progress } from './key-command.ts'
import { examinePolicy, sealAnew } from './policy-sealer.ts'
import { createKeyCheck } from './signing.ts'

const BATCH = 200

/**
 * Seals each row's policy with its value, if that was not done or the row was narrowed since. It opens every value
 * to check, because anyone who may write the row could have written the copy in it. The values show what is done,
 * so the command continues after an interruption. A value that is changed meanwhile wins.
 */
export function sealPolicies(command: KeyCommand): Promise<number> {
  const { store, say } = command
  return holdKeyLock(store, async () => {
    const { rootKey, signer } = await loadKeys(command)
    const isVouched = createKeyCheck(store, () => signer)
    const opener = createOpener({
      rootKey,
      workspaceKey: async (workspace, kid) =>
        (await findSealedWorkspaceKey(store, workspace, kid)) as GeneralJwe | undefined,
      cache: { seconds: 0, max: 0 },
    })
    const workspaces = await store.em().find(Workspace, {}, { fields: ['id'], orderBy: { id: 'asc' } })
    const progress = command.progress('secrets', await store.em().count(Secret))
    const totals: Outcome = { sealed: 0, reasons: [] }
    try {
      for (const { id } of workspaces) {
        const { sealed, reasons } = await sealWorkspace({ ...command, opener, isVouched }, id, progress)
        totals.sealed += sealed
        totals.reasons.push(...reasons)
      }
    } finally {
      progress.stop()
    }
    say(`${totals.sealed} policies were sealed in with their values; the others were already.`)
    if (totals.reasons.length === 0) return DONE
    say(`${totals.reasons.length} secrets were left as they are:`)
    for (const reason of totals.reasons) say(`  ${reason}`)
    return FAILED
  })
}

interface Outcome {
  sealed: number
  /** Why some secrets were left as they are. */
  reasons: string[]
}

interface Sealing extends KeyCommand {
  opener: Opener
  isVouched: KeyCheck
}

async function sealWorkspace(sealing: Sealing, workspace: string, progress: Progress): Promise<Outcome> {
  const { store, stopping, actor, isVouched } = sealing
  const outcome: Outcome = { sealed: 0, reasons: [] }
  let rows = await listSealedSecrets(store.em(), workspace, { after: '', limit: BATCH })
  while (rows.length > 0) {
    stopping.throwIfAborted()
    const key = await currentKey(store.em(), workspace, isVouched)
    const results = await Promise.all(rows.map((row) => sealRow(sealing.opener, key, workspace, row)))
    outcome.reasons.push(...results.flatMap((it) => (it && 'reason' in it ? [it.reason] : [])))
    const changes = results.filter((it) => it !== undefined && 'was' in it)
    outcome.sealed += await store.inTransaction(async (tx) => {
      const count = await replaceSealedSecrets(tx, workspace, key.kid, changes)
      const event = {
        workspace,
        actor,
        action: 'policy.seal',
        target: key.kid,
        detail: { secrets: count },
      } as const
      if (count > 0) await recordAudit(tx, event)
      return count
    })
    progress.advance(rows.length)
    rows = await listSealedSecrets(store.em(), workspace, { after: rows.at(-1)?.name ?? '', limit: BATCH })
  }
  return outcome
}

async function sealRow(
  opener: Opener,
  key: PublicWorkspaceKey,
  workspace: string,
  row: SealedSecret,
): Promise<Resealed | { reason: string } | undefined> {
  const examined = await examinePolicy(opener, workspace, row)
  return examined.state === 'same' ? undefined : sealAnew(key, workspace, row, examined)
}
