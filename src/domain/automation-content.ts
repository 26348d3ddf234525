import type { HookAnswer, Schedule } from '../store/entities/index.ts'
import type { StepInput } from './check-steps.ts'
import type { HookSignatureInput } from './hook-settings.ts'

/** The part of an automation that people write. */
export interface AutomationContent {
  name: string
  steps: readonly StepInput[]
  /** Null: requests to the hook need no signature. Undefined: unchanged. */
  hookSignature?: HookSignatureInput | null | undefined
  /** Null: a caller of the hook gets the id of the run. Undefined: unchanged. */
  hookAnswer?: HookAnswer | null | undefined
  /** Null: the automation does not run by itself. Undefined: unchanged. */
  schedule?: Schedule | null | undefined
  /** Of a new one: nothing starts it before somebody resumes it. */
  paused?: boolean | null | undefined
}
