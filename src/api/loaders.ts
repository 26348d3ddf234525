import DataLoader from 'dataloader'
import { GraphQLError } from 'graphql'
import type {
  Domain,
  HeldBytes,
  KeyHealth,
  RunFile,
  RunSummary,
  StepLog,
  StepOutput,
  StepSummary,
} from '../domain/index.ts'
import { ByteBudget, tooManyBytes } from './held-bytes.ts'
import { VariablesLoader } from './variables-loader.ts'

type AutomationRow = Awaited<ReturnType<Domain['automations']['getMany']>>[number]
type DraftRow = Awaited<ReturnType<Domain['automations']['draftsOf']>>[number]
type FailureAlertRow = Awaited<ReturnType<Domain['failureAlerts']['ofMany']>>[number]
type RunDefinition = Awaited<ReturnType<Domain['runs']['definitionsOfMany']>>[number]
type RunContent = Awaited<ReturnType<Domain['runs']['contentsOfMany']>>[number]
type MemberRow = Awaited<ReturnType<Domain['members']['listOfMany']>>[number]
type InvitationRow = Awaited<ReturnType<Domain['members']['invitationsOfMany']>>[number]
type ApiTokenRow = Awaited<ReturnType<Domain['apiTokens']['listOfMany']>>[number]

interface Key {
  workspace: string
  id: string
}

/** Batched reads of one request. They are made for each request. */
export interface Loaders {
  automation: DataLoader<Key, AutomationRow | undefined, string>
  /** Of an automation. */
  draft: DataLoader<Key, DraftRow | undefined, string>
  /** Of an automation. */
  failureAlert: DataLoader<Key, FailureAlertRow | undefined, string>
  steps: DataLoader<Key, StepSummary[], string>
  /** Of all steps of a run. @throws GraphQLError BAD_REQUEST when one request asks for too many bytes */
  stepOutputs: DataLoader<Key, StepOutput[], string>
  /** Of the steps of a run that have written something. @throws GraphQLError BAD_REQUEST as above */
  stepLogs: DataLoader<Key, StepLog[], string>
  /** Of all steps of a run. */
  runFiles: DataLoader<Key, RunFile[], string>
  /** The newest runs of an automation. @throws GraphQLError BAD_REQUEST when one request asks for too many. */
  newestRuns(automation: Key, first: number): Promise<RunSummary[]>
  variables: VariablesLoader
  /** @throws GraphQLError BAD_REQUEST as above */
  runContent: DataLoader<Key, RunContent | undefined, string>
  runDefinition: DataLoader<Key, RunDefinition | undefined, string>
  /** By workspace, as the three below. */
  members: DataLoader<string, MemberRow[]>
  invitations: DataLoader<string, InvitationRow[]>
  apiTokens: DataLoader<string, ApiTokenRow[]>
  keyHealth: DataLoader<string, KeyHealth>
}

const cacheKeyFn = ({ workspace, id }: Key): string => `${workspace}.${id}`

// A run's steps and results change while a client watches it.
const changing = { cacheKeyFn, cache: false }

export const createLoaders = (domain: Domain): Loaders => new LazyLoaders(domain)

/** Each is made when it is first asked for: most requests need one or none. */
class LazyLoaders implements Loaders {
  readonly #domain: Domain
  readonly #made: Partial<Loaders> = {}
  readonly #bytes = new ByteBudget()

  constructor(domain: Domain) {
    this.#domain = domain
  }

  get automation() {
    const { automations } = this.#domain
    return this.#once(
      'automation',
      () =>
        new DataLoader((keys) => each(keys, (workspace, ids) => automations.getMany(workspace, ids)), {
          cacheKeyFn,
        }),
    )
  }

  get draft() {
    const { automations } = this.#domain
    return this.#once(
      'draft',
      () =>
        new DataLoader(
          (keys) => each(keys, (workspace, ids) => automations.draftsOf(workspace, ids)),
          changing,
        ),
    )
  }

  get failureAlert() {
    const { failureAlerts } = this.#domain
    const load = (workspace: string, ids: string[]) => failureAlerts.ofMany(workspace, ids)
    return this.#once('failureAlert', () => new DataLoader((keys) => each(keys, load), changing))
  }

  get steps() {
    return this.#once('steps', () => new DataLoader(listsOf(this.#domain.runs.stepsOfMany), changing))
  }

  get stepOutputs() {
    const { runs } = this.#domain
    return this.#once('stepOutputs', () => this.#ofRuns(runs.outputBytesOfMany, listsOf(runs.outputsOfMany)))
  }

  get stepLogs() {
    const { runs } = this.#domain
    return this.#once('stepLogs', () => this.#ofRuns(runs.logBytesOfMany, listsOf(runs.logsOfMany)))
  }

  get runFiles() {
    return this.#once('runFiles', () => new DataLoader(listsOf(this.#domain.runFiles.ofRuns), changing))
  }

  get newestRuns() {
    return this.#once('newestRuns', () => createNewestRuns(this.#domain))
  }

  get variables() {
    return this.#once('variables', () => new VariablesLoader(this.#domain.variables))
  }

  get runContent() {
    const { runs } = this.#domain
    return this.#once('runContent', () =>
      this.#ofRuns(runs.contentBytesOfMany, (keys: readonly Key[]) => each(keys, runs.contentsOfMany)),
    )
  }

  get runDefinition() {
    const { runs } = this.#domain
    return this.#once(
      'runDefinition',
      () =>
        new DataLoader((keys) => each(keys, (workspace, ids) => runs.definitionsOfMany(workspace, ids)), {
          cacheKeyFn,
        }),
    )
  }

  get members() {
    const { members } = this.#domain
    return this.#once('members', () => byWorkspace((workspaces) => members.listOfMany(workspaces)))
  }

  get invitations() {
    const { members } = this.#domain
    return this.#once('invitations', () => byWorkspace((workspaces) => members.invitationsOfMany(workspaces)))
  }

  get apiTokens() {
    const { apiTokens } = this.#domain
    return this.#once('apiTokens', () => byWorkspace((workspaces) => apiTokens.listOfMany(workspaces)))
  }

  get keyHealth() {
    // The keys of all workspaces stand or fall with one root key.
    return this.#once(
      'keyHealth',
      () =>
        new DataLoader(async (workspaces) => {
          const health = await this.#domain.keyHealth()
          return workspaces.map(() => health)
        }),
    )
  }

  /** Reads what runs hold, as much as one request may. */
  #ofRuns<T>(
    bytesOf: (workspace: string, runs: readonly string[]) => Promise<HeldBytes[]>,
    load: (keys: readonly Key[]) => Promise<T[]>,
  ) {
    return new DataLoader<Key, T, string>(async (keys) => {
      const held = await inWorkspaces(keys, bytesOf)
      const readable = this.#bytes.take(
        keys.map(({ id }) => id),
        held,
      )
      const found = (await load(keys.filter(({ id }) => readable.has(id))))[Symbol.iterator]()
      return keys.map(({ id }) => (readable.has(id) ? (found.next().value as T) : tooManyBytes()))
    }, changing)
  }

  #once<Name extends keyof Loaders>(name: Name, make: () => Loaders[Name]): Loaders[Name] {
    const made: Loaders[Name] = this.#made[name] ?? make()
    this.#made[name] = made
    return made
  }
}

// Enough for every list of automations with 20 runs each.
const MAX_RUNS = 100_000

/**
 * Stops disproportionate work: runs have an automation, which has runs, so a short document could ask for more
 * with each level. All levels of a request share one limit.
 */
function createNewestRuns(domain: Domain): Loaders['newestRuns'] {
  let left = MAX_RUNS
  const bySize = new Map<number, DataLoader<Key, RunSummary[], string>>()
  const loaderOf = (first: number) =>
    new DataLoader<Key, RunSummary[], string>(async (keys) => {
      const newest = (workspace: string, ids: string[]) => domain.runs.newestOfMany(workspace, ids, first)
      const found = await inWorkspaces(keys, newest)
      const byAutomation = Map.groupBy(found, ({ workspace, automation }) =>
        cacheKeyFn({ workspace, id: automation ?? '' }),
      )
      return keys.map((key) => byAutomation.get(cacheKeyFn(key)) ?? [])
    }, changing)
  return async (automation, first) => {
    left -= first
    if (left < 0) throw tooManyRuns()
    const loader = bySize.get(first) ?? loaderOf(first)
    bySize.set(first, loader)
    return loader.load(automation)
  }
}

function tooManyRuns(): GraphQLError {
  const advice = 'Ask for fewer automations, or for fewer runs of each.'
  const message = `One request reads at most ${MAX_RUNS} runs of automations. ${advice}`
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } })
}

function byWorkspace<Row extends { workspace: string }>(
  load: (workspaces: readonly string[]) => Promise<Row[]>,
) {
  return new DataLoader<string, Row[]>(async (workspaces) => {
    const rows = Map.groupBy(await load(workspaces), ({ workspace }) => workspace)
    return workspaces.map((workspace) => rows.get(workspace) ?? [])
  })
}

/** The rows of each key, which is a run. */
function listsOf<Row extends { workspace: string; run: string }>(
  load: (workspace: string, runs: readonly string[]) => Promise<Row[]>,
) {
  return async (keys: readonly Key[]): Promise<Row[][]> => {
    const found = await inWorkspaces(keys, load)
    const byRun = Map.groupBy(found, ({ workspace, run }) => cacheKeyFn({ workspace, id: run }))
    return keys.map((key) => byRun.get(cacheKeyFn(key)) ?? [])
  }
}

/** The row of each key. */
async function each<Row extends Key>(
  keys: readonly Key[],
  load: (workspace: string, ids: string[]) => Promise<Row[]>,
): Promise<(Row | undefined)[]> {
  const found = await inWorkspaces(keys, load)
  const byKey = new Map(found.map((row) => [cacheKeyFn(row), row]))
  return keys.map((key) => byKey.get(cacheKeyFn(key)))
}

async function inWorkspaces<T>(
  keys: readonly Key[],
  load: (workspace: string, ids: string[]) => Promise<T[]>,
): Promise<T[]> {
  const workspaces = Map.groupBy(keys, ({ workspace }) => workspace)
  const found = [...workspaces].map(([workspace, its]) =>
    load(
      workspace,
      its.map(({ id }) => id),
    ),
  )
  return (await Promise.all(found)).flat()
}
