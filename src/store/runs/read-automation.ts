import type { AutomationStep, HookAnswer, HookSignature } from '../entities/index.ts'
import type { HotPool } from './hot-pool.ts'

/** An automation as a run of it is started, and the keys that its workspace seals with. */
export interface StartableAutomation {
  workspace: string
  id: string
  name: string
  version: number
  steps: AutomationStep[]
  hookSignature: HookSignature | null
  hookAnswer: HookAnswer | null
  hookGeneration: number
  /** Whether it is paused: nothing starts it. */
  paused: boolean
  /** Those that are not retired, the newest first. */
  keys: { kid: string; publicJwk: object; signature: string | null }[]
}

const textBy = (column: 'id' | 'hook_token'): string => `
  select workspace_id as workspace, id, name, version, steps, hook_signature as "hookSignature", hook_answer as "hookAnswer",
         hook_generation as "hookGeneration", paused_at is not null as paused, (
           select coalesce(json_agg(json_build_object('kid', kid, 'publicJwk', public_jwk, 'signature', signature)
                                    order by created_at desc), '[]')
             from workspace_key where workspace_key.workspace_id = automation.workspace_id and retired_at is null) as keys
    from automation where workspace_id = $1 and ${column} = $2 and deleted_at is null`

/** The automation of a webhook that is older than derived tokens, by its token or what is kept of it. */
export async function readAutomationByOldHook(
  pool: HotPool,
  workspace: string,
  token: string,
): Promise<StartableAutomation | undefined> {
  const text = textBy('hook_token')
  return (await pool.query<StartableAutomation>('read-by-hook', text, [workspace, token]))[0]
}

export async function readAutomationById(
  pool: HotPool,
  workspace: string,
  id: string,
): Promise<StartableAutomation | undefined> {
  return (await pool.query<StartableAutomation>('read-by-id', textBy('id'), [workspace, id]))[0]
}
