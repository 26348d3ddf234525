import { Run, type RunStatus, runStatuses, StepRun } from '../store/entities/index.ts'
import type { Em } from '../store/store.ts'
import { parsePublicId } from './ids.ts'

/** A run without its large fields, which may be megabytes. */
export type RunSummary = Pick<Run, (typeof summaryFields)[number]>

/** The input and the output of a run, redacted. */
export type RunContent = Pick<Run, (typeof contentFields)[number]>

/** The steps that a run executes, as they were when it was started. */
export type RunDefinition = Pick<Run, (typeof definitionFields)[number]>

const summaryFields = [
  'workspace',
  'id',
  'automation',
  'version',
  'trigger',
  'startedBy',
  'status',
  'error',
  'createdAt',
  'startedAt',
  'finishedAt',
] as const
const contentFields = ['workspace', 'id', 'input', 'output'] as const
const stepFields = [
  'workspace',
  'run',
  'position',
  'key',
  'status',
  'attempt',
  'error',
  'secrets',
  'progress',
  'startedAt',
  'finishedAt',
] as const
const stepOutputFields = ['workspace', 'run', 'position', 'output'] as const
const stepLogFields = ['workspace', 'run', 'position', 'log'] as const
const definitionFields = ['workspace', 'id', 'steps'] as const

export interface RunPage {
  automation?: string
  /** An empty list: any status. */
  statuses?: readonly RunStatus[]
  first: number
  /** The id after which the page begins: older runs. */
  before?: string | undefined
  /** The id before which it ends: newer runs. */
  since?: string | undefined
  /** Whether it is the oldest runs between them, and not the newest. */
  backward?: boolean | undefined
}

export async function findSummary(
  em: Em,
  where: { workspace: string; id: string },
): Promise<RunSummary | undefined> {
  return (await em.findOne(Run, where, { fields: summaryFields })) ?? undefined
}

/** The runs of a workspace's automations, newest first, without tests of single steps. */
export async function listRuns(em: Em, workspace: string, page: RunPage): Promise<RunSummary[]> {
  const { automation, statuses = [], first, before, since, backward } = page
  const only = automation === undefined ? undefined : parsePublicId(automation)
  // An invalid id has no runs. It must not mean all runs.
  if (automation !== undefined && only?.workspace !== workspace) return []
  const filter = { workspace, first, before, since, backward, statuses }
  if (only) return summaries(em, workspace, await newestOfAutomations(em, [only.id], filter))
  if (statuses.length > 0) return summaries(em, workspace, await newestByStatus(em, filter))
  // Rows without entities take a quarter of the time.
  const query = em.createQueryBuilder(Run, 'r').select([...summaryFields])
  const between = query.where('r.workspace_id = ? and r.automation is not null and r.id < ? and r.id > ?', [
    workspace,
    ...boundsOf(page),
  ])
  const rows = await between
    .orderBy({ id: orderOf(page) })
    .limit(first)
    .execute<RunSummary[]>('all')
  return backward ? rows.reverse() : rows
}

/** The newest runs of each automation, newest first. */
export async function newestRuns(
  em: Em,
  workspace: string,
  automations: readonly string[],
  first: number,
): Promise<RunSummary[]> {
  const ids = await newestOfAutomations(em, automations, { workspace, first, statuses: [] })
  return summaries(em, workspace, ids)
}

export function contentsOfRuns(em: Em, workspace: string, runs: readonly string[]): Promise<RunContent[]> {
  return em.find(Run, { workspace, id: { $in: [...runs] } }, { fields: contentFields })
}

/** Which rows of a workspace, and how many bytes of JSON they hold that a caller gets. */
export interface HeldBytes {
  id: string
  bytes: number
}

/** What the inputs and outputs of runs hold, to be asked before they are read. */
export function bytesOfContents(em: Em, workspace: string, runs: readonly string[]): Promise<HeldBytes[]> {
  return em.execute(
    `select id, coalesce(octet_length(input::text), 0) + coalesce(octet_length(output::text), 0) as bytes
       from run where workspace_id = ? and id = any(?::uuid[])`,
    [workspace, arrayOf(runs)],
  )
}

/** The same of the outputs of all their steps. */
export function bytesOfSteps(em: Em, workspace: string, runs: readonly string[]): Promise<HeldBytes[]> {
  return em.execute(
    `select run as id, sum(coalesce(octet_length(output::text), 0))::float8 as bytes
       from step_run where workspace_id = ? and run = any(?::uuid[]) group by run`,
    [workspace, arrayOf(runs)],
  )
}

/** The same of what they have written. */
export function bytesOfLogs(em: Em, workspace: string, runs: readonly string[]): Promise<HeldBytes[]> {
  return em.execute(
    `select run as id, sum(octet_length(log::text))::float8 as bytes
       from step_run where workspace_id = ? and run = any(?::uuid[]) and log is not null group by run`,
    [workspace, arrayOf(runs)],
  )
}

/** A step without its output, which may be megabytes. */
export type StepSummary = Pick<StepRun, (typeof stepFields)[number]>

/** The steps of several runs, in the order of each run. */
export function stepsOfRuns(em: Em, workspace: string, runs: readonly string[]): Promise<StepSummary[]> {
  const where = { workspace, run: { $in: [...runs] } }
  return em.find(StepRun, where, { fields: stepFields, orderBy: { position: 'asc' } })
}

export type StepOutput = Pick<StepRun, (typeof stepOutputFields)[number]>

export function outputsOfSteps(em: Em, workspace: string, runs: readonly string[]): Promise<StepOutput[]> {
  const where = { workspace, run: { $in: [...runs] } }
  return em.find(StepRun, where, { fields: stepOutputFields })
}

export type StepLog = Pick<StepRun, (typeof stepLogFields)[number]>

/** What those of their steps have written that have written anything. */
export function logsOfSteps(em: Em, workspace: string, runs: readonly string[]): Promise<StepLog[]> {
  const where = { workspace, run: { $in: [...runs] }, log: { $ne: null } }
  return em.find(StepRun, where, { fields: stepLogFields })
}

export function definitionsOfRuns(
  em: Em,
  workspace: string,
  runs: readonly string[],
): Promise<RunDefinition[]> {
  return em.find(Run, { workspace, id: { $in: [...runs] } }, { fields: definitionFields })
}

interface Filter extends Pick<RunPage, 'first' | 'before' | 'since' | 'backward'> {
  workspace: string
  statuses: readonly RunStatus[]
}

function summaries(em: Em, workspace: string, ids: readonly string[]): Promise<RunSummary[]> {
  // There may be thousands.
  const query = em.createQueryBuilder(Run, 'r').select([...summaryFields])
  const found = query.where('r.workspace_id = ? and r.id = any(?::uuid[])', [workspace, arrayOf(ids)])
  return found.orderBy({ id: 'desc' }).execute<RunSummary[]>('all')
}

// An index that begins with the status gives the newest runs of one status in order. So it is searched once for
// each status.

async function newestOfAutomations(
  em: Em,
  automations: readonly string[],
  filter: Filter,
): Promise<string[]> {
  const { workspace, first } = filter
  const order = orderOf(filter)
  const rows = await em.execute<{ id: string }[]>(
    `select newest.id from unnest(?::uuid[]) as wanted(automation) cross join lateral (
        select found.id from unnest(?::text[]) as wanted_status(status) cross join lateral (
          select id from run where workspace_id = ? and automation = wanted.automation
            and status = wanted_status.status and id < ? and id > ? order by id ${order} limit ?
        ) found order by found.id ${order} limit ?
      ) newest`,
    [arrayOf(automations), statusesOf(filter), workspace, ...boundsOf(filter), first, first],
  )
  return rows.map(({ id }) => id)
}

async function newestByStatus(em: Em, filter: Filter): Promise<string[]> {
  const { workspace, first } = filter
  const order = orderOf(filter)
  const rows = await em.execute<{ id: string }[]>(
    `select found.id from unnest(?::text[]) as wanted(status) cross join lateral (
        select id from run where workspace_id = ? and status = wanted.status and id < ? and id > ?
          and automation is not null order by id ${order} limit ?
      ) found order by found.id ${order} limit ?`,
    [statusesOf(filter), workspace, ...boundsOf(filter), first, first],
  )
  return rows.map(({ id }) => id)
}

const statusesOf = ({ statuses }: Filter) =>
  arrayOf(statuses.length > 0 ? [...new Set(statuses)] : runStatuses)

const orderOf = ({ backward }: Pick<RunPage, 'backward'>) => (backward ? 'asc' : 'desc')

const boundsOf = ({ before, since }: Pick<RunPage, 'before' | 'since'>) => [
  before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  since ?? '00000000-0000-0000-0000-000000000000',
]

/** An array of ids or statuses in PostgreSQL's notation. None of them has a character that needs quoting. */
const arrayOf = (items: readonly string[]): string => `{${items.join(',')}}`
