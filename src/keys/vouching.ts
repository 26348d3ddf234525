import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import { listWorkspaces, Reach } from '../store/reach.ts'
import type { Store } from '../store/store.ts'
import type { RootKey } from '../vault/opening.ts'
import type { Signer } from '../vault/sealing.ts'
import { signWorkspaceKeys } from './sign-keys.ts'
import { openSigner, signerProblem, takeUpSigning } from './signing.ts'

// An unsigned key is checked again after this many reports.
const LOOK_AGAIN = 12

export interface Vouching {
  /** The key that signs; undefined if there is none. */
  signer(): Signer | undefined
  /** Signs new keys. @throws AppError INVALID_CONFIG for a signing key that cannot be read. */
  vouch(rootKey: RootKey): Promise<void>
}

/** Signs workspace keys with the worker's key. It logs once which keys it does not sign, and why. */
export function createVouching(parts: { store: Store; config: Config; log: Logger }): Vouching {
  const { store, config, log } = parts
  const reach = new Reach(log)
  let held: { rootKey: RootKey; signer: Signer | undefined } | undefined
  let skipped: string[] = []
  let said = ''
  let reports = 0
  const sayOnce = (problem: string) => {
    if (problem !== said && problem !== '') log.warn(problem)
    said = problem
  }
  const sign = async (rootKey: RootKey, signer: Signer | undefined): Promise<void> => {
    if (!signer || !(await takeUpSigning({ store, log }, rootKey, signer))) {
      return sayOnce((await signerProblem(store.em(), signer)) ?? '')
    }
    if (reports++ % LOOK_AGAIN === 0) skipped = []
    const found = await reach.all(
      () => listWorkspaces(store.em()),
      () => signWorkspaceKeys(store, rootKey, signer, skipped),
      (workspace) => signWorkspaceKeys(store, rootKey, signer, skipped, workspace),
    )
    const refused = found.flat()
    skipped.push(...refused.map(({ kid }) => kid))
    const lines = refused.map((it) => `${it.workspace} ${it.kid}: ${it.reason}`)
    if (lines.length > 0) sayOnce(`These workspace keys are not vouched for: ${lines.join('; ')}`)
  }
  return {
    signer: () => held?.signer,
    async vouch(rootKey) {
      if (held?.rootKey !== rootKey) held = { rootKey, signer: await openSigner(config, rootKey) }
      try {
        await sign(rootKey, held.signer)
      } catch (error) {
        // Manipulated statements stop the signing, but they must not end the runs of all workspaces.
        if (!(error instanceof AppError && error.code === 'KEY_MISMATCH')) throw error
        sayOnce(error.message)
      }
    },
  }
}
