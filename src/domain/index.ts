/**
 * The use cases. Their words are the same everywhere in Lockstep:
 *
 * - secret: a named value of a workspace; outside the worker only its name and updatedAt exist
 * - sealed value: the ciphertext at rest
 * - automation: an ordered list of steps with a trigger
 * - run, step run: one execution of an automation, of one of its steps
 * - actor: the author of a change, as the audit log shows it
 * - scope: one thing that a person or an API token may do; a role is a name for several
 *
 * The caller's access is decided before a use case is called. No use case checks it.
 */

import type { Limits } from '../limits-config.ts'
import type { Registry } from '../steps/index.ts'
import type { Role } from '../store/entities/index.ts'
import type { RunProducer } from '../store/queue.ts'
import type { RightsSignals } from '../store/rights-signals.ts'
import type { RunSignals } from '../store/run-signals.ts'
import type { HookTokens } from '../store/runs/hook-token.ts'
import type { RunIntake } from '../store/runs/intake.ts'
import type { Store } from '../store/store.ts'
import { createRunSeal, createSealer } from '../vault/sealing.ts'
import { createApiTokens } from './api-tokens.ts'
import { createAppGrants } from './app-grants.ts'
import { type AuditFilter, type AuditPage, findAuditEvent, listAudit } from './audit.ts'
import { createPauses } from './automation-pause.ts'
import { createAutomations } from './automations.ts'
import { applyClaimedRoles } from './claimed-roles.ts'
import { createDeviceRequests } from './device-requests.ts'
import { createHooks } from './hooks.ts'
import { readKeyHealth } from './key-health.ts'
import type { WorkspaceLimits } from './limits.ts'
import { createMembers } from './members.ts'
import { createRunFiles } from './run-files.ts'
import { createRuns } from './runs.ts'
import { secretUseCounts } from './secret-use-counts.ts'
import { createSecrets } from './secrets.ts'
import { recordSignInEvent, type SignInEvent } from './sign-in-events.ts'
import type { StoredLimit } from './stored-limit.ts'
import { createVariables } from './variables.ts'
import { currentKey, sealingKey } from './workspace-keys.ts'
import { createWorkspaces } from './workspaces.ts'

export type {
  AuditAction,
  LogLevel,
  LogLine,
  Role,
  RunStatus,
  StoredError,
  StoredLog,
  StoredProgress,
} from '../store/entities/index.ts'
export {
  auditActions,
  hookAlgorithms,
  hookEncodings,
  hookStyles,
} from '../store/entities/index.ts'
export type { ListName } from '../store/list-changes.ts'
export { outageOf } from '../store/outage.ts'
export type { SealingKey } from '../vault/sealing.ts'
export type { ListedApiToken, TokenGrant } from './api-tokens.ts'
export { ACCESS_SECONDS, type AppRequest, type AppTokens, isAccessToken } from './app-grants.ts'
export { type Actor, recordInstanceEvent } from './audit.ts'
export type { DraftRow } from './automation-drafts.ts'
export { MAX_VERSIONS, type VersionSummary } from './automation-versions.ts'
export type { StepInput } from './check-steps.ts'
export { ASK_SECONDS, COMMAND_LINE, DEVICE_SECONDS } from './device-requests.ts'
export type { Grantor } from './grants.ts'
export { MAX_WAIT } from './hook-settings.ts'
export { createHookTokens } from './hook-tokens.ts'
export { namedId, parseNamedId, parsePublicId, publicId } from './ids.ts'
export type { KeyHealth } from './key-health.ts'
export { createWorkspaceLimits, type WorkspaceLimits } from './limits.ts'
export type { Member, OpenInvitation } from './members.ts'
export { checkKey, type Once } from './once.ts'
export { checkEmail, checkPersonName } from './person.ts'
export {
  createRegisteredDocuments,
  DOCUMENT_SECONDS,
  type RegisteredDocuments,
} from './registered-documents.ts'
export { fileId, parseFileId, type RunFile, type RunFileContent } from './run-files.ts'
export type { HeldBytes, RunSummary, StepLog, StepOutput, StepSummary } from './run-list.ts'
export type { Run, StepRun } from './runs.ts'
export { createScheduler, skipMissedTicks } from './scheduler.ts'
export { nextTicks } from './schedules.ts'
export { type Scope, scopes, scopesOf } from './scopes.ts'
export type { SecretPage, SecretPolicy, SecretSummary } from './secret-list.ts'
export type { SecretUsage } from './secret-usages.ts'
export type { SecretUseCount } from './secret-use-counts.ts'
export type { NewValue } from './secrets.ts'
export { recordSignInEvent, type SignInEvent } from './sign-in-events.ts'
export type { HookedRun } from './start-run.ts'
export { retryCodes } from './step-settings.ts'
export { createStoredLimit, type Storage } from './stored-limit.ts'
export type { Variable, VariableGroup, VariablesKey } from './variables.ts'

export interface DomainParts {
  store: Store
  queue: RunProducer
  intake: RunIntake
  signals: RunSignals
  rights: RightsSignals
  registry: Registry
  hookTokens: HookTokens
  publicUrl: string
  limits: Limits
  workspaceLimits: WorkspaceLimits
  stored: StoredLimit
}

export type Domain = ReturnType<typeof createDomain>

export function createDomain(parts: DomainParts) {
  const {
    store,
    queue,
    intake,
    signals,
    rights,
    registry,
    hookTokens,
    publicUrl,
    limits,
    workspaceLimits,
    stored,
  } = parts
  const seal = createRunSeal()
  const sealer = createSealer({ currentKey: (workspace) => currentKey(store.em(), workspace) }, seal)
  const secrets = createSecrets({ store })
  const appGrants = createAppGrants({ store, rights })
  const members = createMembers({ store, rights, publicUrl })
  return {
    workspaces: createWorkspaces({ store, rights, most: limits.workspacesPerPerson }),
    members,
    applyClaimedRoles: (user: string, roles: ReadonlyMap<string, Role | undefined>) =>
      applyClaimedRoles({ store, rights, members }, user, roles),
    recordSignInEvent: (event: SignInEvent) => recordSignInEvent(store, event),
    apiTokens: createApiTokens({ store, rights }),
    appGrants,
    deviceRequests: createDeviceRequests(store, appGrants),
    secrets,
    automations: createAutomations({ store, registry, scheduleMinSeconds: limits.scheduleMinSeconds }),
    pauses: createPauses({ store }),
    secretUseCounts: (workspace: string) => secretUseCounts({ store, registry }, workspace),
    hooks: createHooks({ store, hookTokens }),
    runs: createRuns({ store, sealer, seal, queue, intake, signals, registry, limits: workspaceLimits }),
    runFiles: createRunFiles(store),
    variables: createVariables({ store, registry, secrets }),
    audit: (workspace: string, page: AuditPage, filter?: AuditFilter) =>
      listAudit(store, workspace, page, filter),
    auditEvent: (workspace: string, id: string) => findAuditEvent(store, workspace, id),
    storage: (workspace: string) => stored.find(workspace),
    keyHealth: () => readKeyHealth(store.em()),
    sealingKey: (workspace: string) => sealingKey(store.em(), workspace),
    waitForList: signals.waitForList,
  }
}
