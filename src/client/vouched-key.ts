import { AppError } from '../errors.ts'
import { checkSealingKey, type Pin, type SealingKey } from '../vault/vouched-key.ts'
import type { ApiRequest } from './api-request.ts'
import { documents } from './documents.ts'
import { knownRootsFile, readKnownRoots, rememberRoot } from './known-roots.ts'

export interface KeyTrust {
  /** A fingerprint that a person has given, as `lockstep keys list` shows it. */
  fingerprint?: string | undefined
  /** Tells the person. */
  say(line: string): void
}

/**
 * The key that seals a workspace's values, after checking who vouches for it. The first fingerprint is remembered
 * for the server and the workspace. Another one is refused, unless the remembered key named it as its successor.
 *
 * @throws AppError KEY_MISMATCH with what to do; INVALID_CONFIG when the remembered fingerprints cannot be read.
 */
export async function fetchVouchedKey(
  request: ApiRequest,
  url: string,
  workspace: string,
  { fingerprint, say }: KeyTrust,
): Promise<SealingKey> {
  const known = await readKnownRoots(url)
  const { sealingKey } = await request<{ sealingKey: SealingKey }>(documents.sealingKey, { workspace })
  const pin = known.get(workspace)
  const others = [...known.values()].map((it) => it.fingerprint)
  const met = await checkSealingKey(workspace, sealingKey, { pin, others, given: fingerprint }).catch(
    addAdvice,
  )
  if (!met) say(`Nothing vouches for the key of ${workspace}: a proxy could have put its own in its place.`)
  else await remember(url, workspace, pin, met, say)
  return sealingKey
}

async function remember(
  url: string,
  workspace: string,
  pin: Pin | undefined,
  met: Pin,
  say: KeyTrust['say'],
): Promise<void> {
  if (pin?.fingerprint === met.fingerprint && pin.kid === met.kid) return
  const written = await rememberRoot(url, workspace, met)
  if (!written) say(`${knownRootsFile()} cannot be written: give --fingerprint ${met.fingerprint} each time.`)
  else if (!pin) say(`The key of ${workspace} is vouched for by ${met.fingerprint}, from now on by no other.`)
  else if (pin.fingerprint !== met.fingerprint)
    say(`The root key ${pin.fingerprint} is now ${met.fingerprint}.`)
}

function addAdvice(error: unknown): never {
  if (!(error instanceof AppError && error.code === 'KEY_MISMATCH')) throw error
  throw new AppError(
    'KEY_MISMATCH',
    [
      error.message,
      '`lockstep keys list` on the machine of a worker shows the right fingerprint. If the one that was found is right (a',
      'lost root key was replaced), give it with --fingerprint. After a restored backup, also take the workspace out of',
      `${knownRootsFile()}. Otherwise something stands between you and Lockstep.`,
    ].join('\n'),
  )
}
