import type { PolicyDraft } from '../../secret/policy.ts'
import type { StepAsk } from '../index.ts'
import type { TestCache } from './test-cache.ts'

/** What stands around a step in a test. */
export interface Surroundings {
  /** What the run was started with. */
  readonly trigger?: unknown
  /** Outputs of earlier steps, by key. */
  readonly steps?: Readonly<Record<string, unknown>>
  /** What the step may reach besides this machine and the public Internet, as in LOCKSTEP_EGRESS_ALLOW. */
  readonly allow?: string
  /** Addresses of made-up host names, such as `{ 'api.test': '127.0.0.1' }`. */
  readonly hosts?: Readonly<Record<string, string>>
}

export interface TestOptions extends Surroundings {
  /** The fields as somebody would save them, templates included. */
  readonly fields: Readonly<Record<string, unknown>>
  /** The version of the step type with which the fields were saved; by default this one. */
  readonly version?: number
  /** What a form asks for in the place of the step's work. */
  readonly ask?: StepAsk
  /** What the operator has set, by the names of `config` of the step type. */
  readonly config?: Readonly<Record<string, unknown>>
  /** The secrets of the workspace by name. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The hosts that a secret is bound to, by its name; a secret that is not named here may go anywhere. */
  readonly allowedHosts?: Readonly<Record<string, readonly string[]>>
  /** The same with all that a policy has: `hosts`, `methods`, `paths` and `places`. */
  readonly policies?: Readonly<Record<string, PolicyDraft>>
  /** What the step has kept in earlier tests; by default nothing. */
  readonly cache?: TestCache
  /** 1 unless told. */
  readonly attempt?: number
  /** Aborts the step, as cancelling the run does. */
  readonly signal?: AbortSignal
}
