import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.ts'
import { automationText, type FiledAutomation, filedFrom, type StoredAutomation } from './automation-file.ts'
import { documents } from './documents.ts'
import { type ApiSession, change, readPages } from './session.ts'

/** What `apply` does with one automation. */
export interface PlannedChange {
  action: 'create' | 'update' | 'delete' | 'none'
  name: string
  /** As it is; undefined: it is new. */
  stored: StoredAutomation | undefined
  /** As it is to be; undefined: it is deleted. */
  wanted: FiledAutomation | undefined
  /** Both as text, for a person to compare. */
  before: string
  after: string
}

interface Page {
  edges: { node: StoredAutomation }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** All automations of the workspace, sorted by name. */
export async function listAutomations({ request, workspace }: ApiSession): Promise<StoredAutomation[]> {
  const where = { workspace: await workspace() }
  return readPages(request, documents.automations, where, (data: { page: Page }) => data.page)
}

/** The automations of these names or ids; all without any. @throws AppError NOT_FOUND, CONFLICT for a name of several. */
export function pickAutomations(
  all: readonly StoredAutomation[],
  wanted: readonly string[],
): readonly StoredAutomation[] {
  if (wanted.length === 0) return all
  return wanted.map((it) => pickAutomation(all, it))
}

export function pickAutomation(all: readonly StoredAutomation[], wanted: string): StoredAutomation {
  const [found, another] = all.filter((it) => it.id === wanted || it.name === wanted)
  if (!found)
    throw new AppError(
      'NOT_FOUND',
      `There is no automation ${wanted}. \`lockstep automations list\` has all.`,
    )
  if (!another) return found
  throw new AppError('CONFLICT', `Several automations have the name ${wanted}. Give the id of one.`)
}

/** The automations as a file has them. Those that share their name have their ids. */
export function exportAutomations(automations: readonly StoredAutomation[]): FiledAutomation[] {
  const isShared = (name: string) => automations.filter((it) => it.name === name).length > 1
  return automations.map((it) => filedFrom(it, isShared(it.name)))
}

/**
 * What has to change so that the workspace is as the file says.
 *
 * @param prune whether automations go that the file does not have.
 */
export function planChanges(
  stored: readonly StoredAutomation[],
  wanted: readonly FiledAutomation[],
  prune: boolean,
): PlannedChange[] {
  const used = new Set<string>()
  const changes = wanted.map((it) => {
    const planned = planChange(stored, it)
    if (planned.stored) used.add(planned.stored.id)
    return planned
  })
  if (used.size < changes.filter((it) => it.stored).length)
    throw new AppError(
      'INVALID_VALUE',
      'Two entries of the file are the same automation: one by its id, one by its name.',
    )
  if (!prune) return changes
  const rest = stored.filter((it) => !used.has(it.id))
  return [...changes, ...rest.map(deletionOf)]
}

function planChange(all: readonly StoredAutomation[], { id, ...rest }: FiledAutomation): PlannedChange {
  const wanted = { id: undefined, ...rest }
  const stored = id === undefined ? byName(all, wanted.name) : pickAutomation(all, id)
  const before = stored ? automationText(filedFrom(stored)) : ''
  const after = automationText(wanted)
  const action = !stored ? 'create' : before === after ? 'none' : 'update'
  return { action, name: wanted.name, stored, wanted, before, after }
}

function byName(all: readonly StoredAutomation[], name: string): StoredAutomation | undefined {
  return all.some((it) => it.name === name) ? pickAutomation(all, name) : undefined
}

function deletionOf(stored: StoredAutomation): PlannedChange {
  const before = automationText(filedFrom(stored))
  return { action: 'delete', name: stored.name, stored, wanted: undefined, before, after: '' }
}

/** @throws AppError as the API refuses it; CONFLICT when somebody changed it since it was read. */
export async function applyChange({ request, workspace }: ApiSession, planned: PlannedChange): Promise<void> {
  const { action, stored, wanted } = planned
  if (action === 'delete') await change(request, documents.deleteAutomation, { id: stored?.id })
  if (!wanted) return
  const { schedule = null, hookAnswer = null, hookSignature = null, name, steps } = wanted
  // What the file does not have is taken away.
  const input = { name, steps, schedule, hookAnswer, hookSignature }
  if (action === 'create') {
    const made = { ...input, workspace: await workspace(), idempotencyKey: randomUUID() }
    await change(request, documents.createAutomation, { input: made })
  }
  if (action === 'update' && stored) {
    const changed = { ...input, id: stored.id, version: stored.version }
    await change(request, documents.updateAutomation, { input: changed })
  }
}

/** The names of secrets in the files' templates that the workspace does not have. */
export function missingSecrets(named: ReadonlySet<string>, known: ReadonlySet<string>): string[] {
  return [...named].filter((it) => !known.has(it)).sort((a, b) => (a < b ? -1 : 1))
}
