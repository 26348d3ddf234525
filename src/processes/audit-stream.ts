import { type AuditTarget, startAuditStream } from '../audit/stream.ts'
import { createSyslog } from '../audit/syslog.ts'
import { createWebhook } from '../audit/webhook.ts'
import type { Config } from '../config.ts'
import type { Egress } from '../egress/index.ts'
import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import { readPassphraseFile } from '../vault/passphrase-file.ts'

interface Parts {
  config: Config
  store: Store
  log: Logger
  egress: Egress
  mayWork(): boolean
}

/**
 * Sends the audit log where the operator wants it to go.
 *
 * @returns what ends it; undefined when it goes nowhere.
 * @throws AppError INVALID_CONFIG for a secret that cannot be read.
 */
export async function openAuditStream(parts: Parts): Promise<(() => Promise<void>) | undefined> {
  const target = await openTarget(parts)
  return target && startAuditStream({ ...parts, target })
}

async function openTarget({ config, egress }: Parts): Promise<AuditTarget | undefined> {
  const { auditStream: url, auditStreamSecretFile: file } = config
  if (url === undefined) return undefined
  const nothing = withoutSecrets('@audit', new AbortController().signal)
  if (url.startsWith('syslog')) return createSyslog(url, egress.lookupForStep(nothing))
  if (file === undefined) return undefined
  const secret = await readPassphraseFile(file, 'secret of LOCKSTEP_AUDIT_STREAM')
  return createWebhook(url, secret, egress.forStep(nothing))
}

/** What the egress client is told for a request that carries nothing of a secret. */
export function withoutSecrets(workspace: string, signal: AbortSignal): Parameters<Egress['forStep']>[0] {
  return {
    workspace,
    find: () => [],
    prepare: async () => undefined,
    policies: new Map(),
    inHand: [],
    isAllInHand: true,
    anyPlace: new Set(),
    signal,
  }
}
