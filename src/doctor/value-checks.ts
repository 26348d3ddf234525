import { isShared } from '../domain/secret-policy.ts'
import { AppError } from '../errors.ts'
import { examinePolicy, type PolicyState, widerThanSealed } from '../keys/policy-sealer.ts'
import { Secret, Workspace, WorkspaceKey } from '../store/entities/index.ts'
import { listSealedSecrets } from '../store/sealed-secrets.ts'
import { findSealedWorkspaceKey, listSealedWorkspaceKeys } from '../store/workspace-key.ts'
import { createOpener, type Opener, openWorkspaceKey, type RootKey } from '../vault/opening.ts'
import type { GeneralJwe } from '../vault/sealing.ts'
import { type Examination, error, type Finding, type Item, ok, warning } from './check.ts'

const BATCH = 200

/** Opens every workspace key. */
export async function checkWorkspaceKeys(examination: Examination, rootKey: RootKey): Promise<Finding> {
  const { store, stopping } = examination
  const total = await store.em().count(WorkspaceKey)
  const progress = examination.progress('workspace keys', total)
  const items: Item[] = await findKeyless(examination)
  try {
    let rows = await listSealedWorkspaceKeys(store.em(), undefined, BATCH)
    while (rows.length > 0) {
      stopping.throwIfAborted()
      const opened = rows.map(({ workspace, kid, sealed }) =>
        reasonOf(openWorkspaceKey(rootKey, workspace, kid, sealed as GeneralJwe)).then((reason) =>
          reason === undefined ? [] : [{ workspace, name: kid, reason }],
        ),
      )
      items.push(...(await Promise.all(opened)).flat())
      progress.advance(rows.length)
      rows = await listSealedWorkspaceKeys(store.em(), rows.at(-1), BATCH)
    }
  } finally {
    progress.stop()
  }
  if (items.length === 0) return ok('workspace keys', `Every workspace key opens (${total}).`)
  return error('workspace keys', `${items.length} workspace keys are unreadable or missing.`, items)
}

async function findKeyless({ store }: Examination): Promise<Item[]> {
  const rows = await store.em().execute<{ id: string }[]>(
    `select id from workspace where deleted_at is null and id not in (
       select workspace_id from workspace_key where retired_at is null) order by id`,
  )
  const reason = 'The workspace has no key in use: nothing can be stored in it.'
  return rows.map(({ id }) => ({ workspace: id, reason }))
}

/** What opening every secret shows: secrets that do not open, and faults of their policies. */
interface Opened {
  unreadable: Item[]
  unsealed: Item[]
  wider: Item[]
  shared: Item[]
}

/** Opens every secret, one after the other, and drops each value at once. */
export async function checkSecrets(examination: Examination, rootKey: RootKey): Promise<Finding[]> {
  const { store } = examination
  const opener = createOpener({
    rootKey,
    workspaceKey: async (workspace, kid) =>
      (await findSealedWorkspaceKey(store, workspace, kid)) as GeneralJwe | undefined,
    cache: { seconds: 0, max: 0 },
  })
  const total = await store.em().count(Secret)
  const progress = examination.progress('secrets', total)
  const found: Opened = { unreadable: [], unsealed: [], wider: [], shared: [] }
  try {
    const workspaces = await store.em().find(Workspace, {}, { fields: ['id'], orderBy: { id: 'asc' } })
    for (const { id } of workspaces)
      await checkWorkspace(examination, opener, id, found, (count) => progress.advance(count))
  } finally {
    progress.stop()
  }
  const { unreadable } = found
  return [
    unreadable.length === 0
      ? ok('secrets', `Every secret opens (${total}).`)
      : error('secrets', `${unreadable.length} of ${total} secrets are unreadable.`, unreadable),
    ...policyFindings(found),
  ]
}

function policyFindings({ unsealed, wider, shared }: Opened): Finding[] {
  const counted = (items: readonly Item[], what: string) =>
    items.length === 0 ? [] : [warning('policies', `${items.length} ${what}`, items)]
  const findings = [
    ...counted(
      unsealed,
      'secrets have no sealed policy: anybody who can write to the database decides where they go. Run ' +
        '`lockstep keys seal-policies`, or wait for a worker, which does it too.',
    ),
    ...counted(
      wider,
      'secrets have a policy that allows more than the one that is sealed in, which is the one that counts.',
    ),
    ...counted(shared, 'secrets may go to every host below a public suffix, where anybody can have a name.'),
  ]
  return findings.length > 0 ? findings : [ok('policies', 'Every secret is sealed with where it may go.')]
}

async function checkWorkspace(
  { store, stopping }: Examination,
  opener: Opener,
  workspace: string,
  found: Opened,
  advance: (count: number) => void,
): Promise<void> {
  let rows = await listSealedSecrets(store.em(), workspace, { after: '', limit: BATCH })
  while (rows.length > 0) {
    stopping.throwIfAborted()
    for (const row of rows) note(found, workspace, row.name, await examinePolicy(opener, workspace, row))
    advance(rows.length)
    rows = await listSealedSecrets(store.em(), workspace, { after: rows.at(-1)?.name ?? '', limit: BATCH })
  }
}

function note(found: Opened, workspace: string, name: string, examined: PolicyState): void {
  const item = (reason: string): Item => ({ workspace, name, reason })
  if (examined.state === 'unreadable') return void found.unreadable.push(item(examined.reason))
  if (examined.state === 'missing') found.unsealed.push(item('It has no policy sealed in.'))
  if (examined.state === 'wider') found.wider.push(item(widerThanSealed(name)))
  const host = examined.policy.hosts.find(isShared)
  if (host !== undefined) found.shared.push(item(`It may go to ${host}.`))
}

/** Why something does not open; undefined when it does. The opened content is dropped. */
async function reasonOf(opening: Promise<unknown>): Promise<string | undefined> {
  try {
    await opening
    return undefined
  } catch (failure) {
    if (failure instanceof AppError && failure.code === 'SECRET_UNREADABLE') return failure.message
    throw failure
  }
}
