import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Store } from '../store/store.ts'
import type { RootKey } from '../vault/opening.ts'
import type { Signer } from '../vault/sealing.ts'
import { signWorkspaceKeys } from './sign-keys.ts'
import { openSigner, signerProblem, takeUpSigning } from './signing.ts'

// A key that was not signed is looked at again after so many reports.
const LOOK_AGAIN = 12

export interface Vouching {
  /** The key that signs, undefined where there is none. */
  signer(): Signer | undefined
  /** Signs what is new. @throws AppError INVALID_CONFIG for a signing key that cannot be read. */
  vouch(rootKey: RootKey): Promise<void>
}

/** Signs workspace keys with the key in a worker's hand. It says once what it does not sign, and why. */
export function createVouching(parts: { store: Store; config: Config; log: Logger }): Vouching {
  const { store, config, log } = parts
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
    const refused = await signWorkspaceKeys(store, rootKey, signer, skipped)
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
        // Statements that were tampered with stop signing; they are no reason to end the runs of everybody.
        if (!(error instanceof AppError && error.code === 'KEY_MISMATCH')) throw error
        sayOnce(error.message)
      }
    },
  }
}
