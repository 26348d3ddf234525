import { AppError } from '../errors.ts'
import type { Limits } from '../limits-config.ts'
import { INSTANCE } from '../store/entities/index.ts'
import type { CallCounts, CountedCall } from '../store/runs/call-counts.ts'
import type { WaitingRuns } from '../store/runs/waiting-runs.ts'
import type { StoredLimit } from './stored-limit.ts'

// After how many seconds a caller may ask again whether fewer runs wait.
const QUEUE_RETRY_SECONDS = 10

/** What keeps the tenants of an instance apart. A limit of 0 is none. */
export interface WorkspaceLimits {
  /**
   * Counts a call of a webhook, whoever made it: reading and checking a request is what costs.
   *
   * @throws AppError LIMIT_REACHED
   */
  takeHookCall(where: { workspace: string; automation: string }): void
  /**
   * Counts a run that is to be started.
   *
   * @throws AppError LIMIT_REACHED
   */
  takeStart(workspace: string): Promise<void>
  /**
   * Counts what a GraphQL request costs, in fields. Undefined where nothing bounds it.
   *
   * @param whose tells the callers apart.
   * @throws AppError LIMIT_REACHED
   */
  takeGraphqlCost: ((whose: string, cost: number) => void) | undefined
}

interface LimitParts {
  counts: CallCounts
  waiting: WaitingRuns
  stored: StoredLimit
  limits: Limits
}

export function createWorkspaceLimits({ counts, waiting, stored, limits }: LimitParts): WorkspaceLimits {
  const take = (calls: readonly (CountedCall & { what: string; setting: string })[]) => {
    const limited = calls.filter(({ most }) => most > 0)
    const exceeded = limited.length > 0 ? counts.take(limited) : undefined
    const call = calls.find((it) => it === exceeded?.call)
    if (!exceeded || !call) return
    const { retryAfterSeconds } = exceeded
    throw reached(`${call.what} at most ${call.most} times a minute`, call.setting, retryAfterSeconds)
  }
  const takeGraphqlCost = (whose: string, cost: number) => {
    const most = limits.graphqlCostPerMinute
    const call = { workspace: INSTANCE, subject: `graphql ${whose}`, most, weight: cost }
    const exceeded = counts.take([call])
    if (!exceeded) return
    const rule = `The GraphQL requests of one caller may cost at most ${most} a minute, and this one costs ${cost}`
    throw reached(rule, 'LOCKSTEP_GRAPHQL_COST_PER_MINUTE', exceeded.retryAfterSeconds)
  }
  return {
    takeGraphqlCost: limits.graphqlCostPerMinute > 0 ? takeGraphqlCost : undefined,
    takeHookCall({ workspace, automation }) {
      take([
        {
          workspace,
          subject: `hook ${automation}`,
          most: limits.hookCallsPerMinute,
          what: 'This hook may be called',
          setting: 'LOCKSTEP_HOOK_CALLS_PER_MINUTE',
        },
        {
          workspace,
          subject: 'hooks',
          most: limits.workspaceHookCallsPerMinute,
          what: 'The hooks of a workspace may be called',
          setting: 'LOCKSTEP_WORKSPACE_HOOK_CALLS_PER_MINUTE',
        },
      ])
    },
    async takeStart(workspace) {
      const most = limits.runStartsPerMinute
      const what = 'Runs of a workspace may be started'
      take([{ workspace, subject: 'starts', most, what, setting: 'LOCKSTEP_RUN_STARTS_PER_MINUTE' }])
      await stored.check(workspace)
      const { queuedRuns } = limits
      if (queuedRuns === 0 || (await waiting.take(workspace, queuedRuns))) return
      throw reached(
        `At most ${queuedRuns} runs of a workspace may wait`,
        'LOCKSTEP_MAX_QUEUED_RUNS',
        QUEUE_RETRY_SECONDS,
      )
    },
  }
}

/** @param setting with which the operator of the instance changes it. */
function reached(rule: string, setting: string, retryAfterSeconds: number): AppError {
  const message = `${rule} (${setting}). Try again in ${retryAfterSeconds} s.`
  return new AppError('LIMIT_REACHED', message, { retryAfterSeconds, limit: setting })
}
