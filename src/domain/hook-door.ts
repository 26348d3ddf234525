import { databaseTime } from '../database-time.ts'
import { AppError } from '../errors.ts'
import { mayBeSigned, type SignedRequest, signingAdvice } from '../hook-signature/index.ts'
import type { HookSignature, HookVerdict } from '../store/entities/index.ts'
import type { RunIntake } from '../store/runs/intake.ts'
import type { StartableAutomation } from '../store/runs/read-automation.ts'
import type { RunJob } from '../store/runs/run-job.ts'
import { withOrigin } from '../store/runs/run-origin.ts'
import { createSealer, type sealInNode } from '../vault/sealing.ts'
import { newId } from './ids.ts'
import { chooseKey } from './workspace-keys.ts'

interface DoorParts {
  intake: RunIntake
  seal: typeof sealInNode
}

/** @throws AppError UNAUTHENTICATED for a request that cannot be signed, whatever the key is. */
export function refuseUnsigned(request: unknown, signature: HookSignature): void {
  if (!mayBeSigned(request as SignedRequest, signature, databaseTime().getTime())) throw unsigned(signature)
}

/**
 * Has a worker check the request that is to start a run.
 *
 * @returns whether it is signed; false when there is no worker, or its secret cannot be opened. Such a run is checked
 * before its first step.
 * @throws AppError UNAUTHENTICATED, CONFLICT when the workers are late
 */
export async function passDoor(
  intake: RunIntake,
  { workspace, run, sealedInput }: RunJob & { sealedInput: string },
  signature: HookSignature,
): Promise<boolean> {
  const verdict = await intake.askDoor({ workspace, run, signature, sealed: sealedInput, isToken: false })
  if (verdict === 'FORGED') throw unsigned(signature)
  // Stops somebody who floods the hook from having unsigned requests accepted: late is not the same as away.
  if (verdict === undefined && (await intake.hasWorkers())) throw unchecked()
  return verdict === 'GENUINE'
}

/**
 * Whether a signed request that asks for a challenge to be sent back is genuine.
 *
 * @throws AppError UNAUTHENTICATED, CONFLICT when no worker could tell
 */
export async function checkChallenge(
  parts: DoorParts,
  automation: StartableAutomation,
  signature: HookSignature,
  request: unknown,
): Promise<void> {
  refuseUnsigned(request, signature)
  const verdict = await ask(parts, automation, signature, { content: request, isToken: false })
  if (verdict === 'FORGED') throw unsigned(signature)
  if (verdict !== 'GENUINE') throw unchecked()
}

/**
 * Whether a service knows the token that it has to know before a challenge is sent back to it.
 *
 * @throws AppError FORBIDDEN, CONFLICT when no worker could tell
 */
export async function checkToken(
  parts: DoorParts,
  automation: StartableAutomation,
  signature: HookSignature,
  token: string,
): Promise<void> {
  const verdict = await ask(parts, automation, signature, { content: token, isToken: true })
  const name = signature.verifyToken
  if (verdict === 'FORGED')
    throw new AppError('FORBIDDEN', `The token is not the value of the secret ${name}.`)
  if (verdict !== 'GENUINE') throw unchecked()
}

async function ask(
  { intake, seal }: DoorParts,
  { workspace, keys }: StartableAutomation,
  signature: HookSignature,
  { content, isToken }: { content: unknown; isToken: boolean },
): Promise<HookVerdict | undefined> {
  const run = newId()
  const sealer = createSealer({ currentKey: () => chooseKey(workspace, keys) }, seal)
  const sealed = await sealer.seal(
    { workspace, name: `run/${run}/input` },
    withOrigin(JSON.stringify(content), {}),
  )
  return intake.askDoor({ workspace, run, signature, sealed, isToken })
}

const unsigned = (signature: HookSignature): AppError =>
  new AppError(
    'UNAUTHENTICATED',
    `The signature of the request is missing or wrong. ${signingAdvice(signature)}`,
  )

const unchecked = (): AppError =>
  new AppError('CONFLICT', 'No worker has checked the signature in time. Send the request again in a moment.')
