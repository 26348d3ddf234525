import { createHash, type KeyObject } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { Policy } from '../secret/policy.ts'
import { Sensitive } from '../sensitive.ts'
import { type Decrypted, decryptValue } from './decrypt-value.ts'
import { openWorkspaceKey } from './open-workspace-key.ts'
import { readPolicyClaim } from './policy-claim.ts'
import { rememberAgreements } from './remember-agreements.ts'
import type { RootKey } from './root-key.ts'
import { type At, MAX_CLIENT_SEALED_BYTES, readSealedValue } from './sealed-value.ts'
import { TimedCache } from './timed-cache.ts'
import { envelopeFault, type GeneralJwe } from './workspace-key-envelope.ts'

/** Turns what was stored for one row back into its value. */
export interface Opener {
  /**
   * @throws AppError SECRET_UNREADABLE with the name and the reason; what `workspaceKey` throws passes through.
   */
  open(at: At, sealed: string): Promise<Sensitive>
  /** The same, with the policy that is sealed in. Throws the same. */
  openWithPolicy(at: At, sealed: string): Promise<OpenedValue>
  /** The same for data of a run, which are opened once: what was agreed on is remembered, and the data are not. */
  openRunData(at: At, sealed: string): Promise<Sensitive>
}

export interface OpenedValue {
  value: Sensitive
  /** Authenticated by the ciphertext; `undefined` when the value was sealed without one. */
  policy: Policy | undefined
}

export interface OpenerOptions {
  rootKey: RootKey
  /**
   * Gives the root key that is in force now. Asked when a workspace key is not sealed for the one in hand, which a
   * rotation may have replaced.
   */
  renewRootKey?(): Promise<RootKey>
  /** The fingerprint of the root key that is in force. When it is another, all that is kept in memory is dropped. */
  rootFingerprint?(): string
  /** Reads a sealed workspace key; undefined when there is none (any more). */
  workspaceKey(workspace: string, kid: string): Promise<GeneralJwe | undefined>
  /** How long, and how many at most, opened values stay in memory: 30 s and 1000 unless told; 0 for none. */
  cache?: { seconds: number; max: number }
  /** The same for unwrapped workspace keys: 300 s and 1000 unless told. */
  keyCache?: { seconds: number; max: number }
  /** What decrypts, where it is not to be done at once. */
  decrypt?: typeof decryptValue
}

/**
 * An opener with its own short memory. A cached value is found only with the same sealed value and the same
 * row: whoever replaces a secret replaces what is sealed, so that no old value is given for a new one. Only values of at
 * most 64 KiB are kept, and no data of runs.
 */
export function createOpener(options: OpenerOptions): Opener {
  const values = new TimedCache<OpenedValue>(options.cache ?? { seconds: 30, max: 1000 })
  const { keyOf, forgetKeys } = keyReader(options)
  const { decrypt = decryptValue, rootFingerprint = () => '' } = options
  const agree = rememberAgreements()
  let fingerprint = rootFingerprint()
  const checked = (at: At, sealed: string) => {
    // Stops a root key that was taken out of force from opening anything more by way of what it has opened.
    if (rootFingerprint() !== fingerprint) {
      fingerprint = rootFingerprint()
      values.clear()
      forgetKeys()
    }
    // Every check of form comes before any cryptography, and before the cache.
    const header = readSealedValue(at, sealed)
    if (!header.ok) throw unreadable(at, `${header.fault}.`)
    return header
  }
  const openWithPolicy: Opener['openWithPolicy'] = async (at, sealed) => {
    const header = checked(at, sealed)
    const cacheable = header.bytes <= MAX_CLIENT_SEALED_BYTES
    const id = cacheable ? cacheId(at, sealed) : ''
    const known = cacheable ? values.get(id) : undefined
    if (known) return known
    const key = await keyOf(at, header.kid)
    const { text, pol } = await decrypted(at, () => decrypt(sealed, key))
    const opened = { value: new Sensitive(text), policy: readPolicyClaim(pol) }
    if (cacheable) values.set(id, opened)
    return opened
  }
  const openRunData: Opener['openRunData'] = async (at, sealed) => {
    const key = await keyOf(at, checked(at, sealed).kid)
    return new Sensitive((await decrypted(at, () => decrypt(sealed, key, agree))).text)
  }
  const open: Opener['open'] = async (at, sealed) => (await openWithPolicy(at, sealed)).value
  return { openWithPolicy, openRunData, open }
}

/** A digest, so that the cache holds no ciphertext; JSON keeps the three parts apart. */
function cacheId(at: At, sealed: string): string {
  return createHash('sha256')
    .update(JSON.stringify([at.workspace, at.name, sealed]))
    .digest('base64url')
}

function keyReader(options: OpenerOptions) {
  const { keyCache = { seconds: 300, max: 1000 } } = options
  // Promises, so that the values of one step that are opened at once cost one unwrapping.
  const keys = new TimedCache<Promise<KeyObject>>(keyCache)
  const read = envelopeReader(options)
  const keyOf = async (at: At, kid: string): Promise<KeyObject> => {
    const id = JSON.stringify([at.workspace, kid])
    const known = keys.get(id)
    const pending = known ?? read(at.workspace, kid)
    if (!known) keys.set(id, pending)
    try {
      return await pending
    } catch (error) {
      keys.delete(id)
      const isUnreadable = error instanceof AppError && error.code === 'SECRET_UNREADABLE'
      throw isUnreadable ? unreadable(at, error.message, error) : error
    }
  }
  return { keyOf, forgetKeys: () => keys.clear() }
}

/**
 * The root key is taken before the envelope is read. A rotation publishes the new key once every envelope has it,
 * so a key that was in force before the reading opens what is read, or was dropped since; the key that is in force
 * then opens what is read next.
 */
function envelopeReader({ rootKey: first, renewRootKey, workspaceKey }: OpenerOptions) {
  let rootKey = first
  return async (workspace: string, kid: string): Promise<KeyObject> => {
    for (let attempt = 1; ; attempt++) {
      const inHand = rootKey
      const sealed = await workspaceKey(workspace, kid)
      if (!sealed) throw new AppError('SECRET_UNREADABLE', `Workspace ${workspace} has no key ${kid}.`)
      if (attempt > 1 || !renewRootKey || !isForAnother(inHand, workspace, kid, sealed))
        return openWorkspaceKey(inHand, workspace, kid, sealed)
      rootKey = await renewRootKey()
    }
  }
}

function isForAnother(rootKey: RootKey, workspace: string, kid: string, sealed: GeneralJwe): boolean {
  if (envelopeFault(workspace, kid, sealed) !== undefined) return false
  return sealed.recipients.every((it) => it.header.kid !== rootKey.certificate.fingerprint)
}

async function decrypted(at: At, decrypt: () => Promise<Decrypted>): Promise<Decrypted> {
  try {
    return await decrypt()
  } catch (error) {
    // Not the value's fault: the process stops, for example.
    if (error instanceof AppError) throw error
    if (error instanceof TypeError) throw unreadable(at, 'what is sealed in it is not UTF-8 text.')
    throw unreadable(at, 'it was altered, or its key does not open it.', error)
  }
}

/** @param reason a whole sentence, as the message of another error is. */
function unreadable({ workspace, name }: At, reason: string, cause?: unknown): AppError {
  const message = `The sealed value ${name} of workspace ${workspace} cannot be opened: ${reason}`
  return new AppError('SECRET_UNREADABLE', message, cause === undefined ? {} : { cause })
}
