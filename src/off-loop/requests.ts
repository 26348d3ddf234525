import type { KeyObject } from 'node:crypto'
import type { Policy } from '../secret/policy.ts'
import type { Decrypted } from '../vault/decrypt-value.ts'
import type { PublicWorkspaceKey } from '../vault/seal-value.ts'
import type { At } from '../vault/sealed-value.ts'

/** What a thread has to learn about a run before it works for it, as `Redactor.learn` takes it. */
export type Learned = readonly [names: readonly string[], value: string, parts: boolean]

/** Work for one run, with the part of it that the thread does not know yet. */
interface OfRun {
  run: string
  learned: readonly Learned[]
}

export type Work =
  | ({ kind: 'json'; text: string } & OfRun)
  | ({ kind: 'text'; text: string } & OfRun)
  | ({ kind: 'find'; input: string | Uint8Array } & OfRun)
  | { kind: 'forget'; run: string }
  | { kind: 'seal'; key: PublicWorkspaceKey; at: At; value: string; policy: Policy | undefined }
  | { kind: 'open'; sealed: string; key: KeyObject }

/** `null` instead of a text means the text that was sent, so it need not be sent back. */
export type Result = string | string[] | Decrypted | null

/** An error leaves the thread without its message, which may quote a value. */
export type Answer = { result: Result } | { failed: true }
