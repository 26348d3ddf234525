import { AppError } from '../errors.ts'
import { isSigned, type SignedRequest, signingAdvice } from '../hook-signature/index.ts'
import type { HookSignature, StoredError } from '../store/entities/index.ts'
import { takeHanded } from './attempts.ts'
import type { Execution } from './execution.ts'
import { describeStepError } from './step-error.ts'

/**
 * Checks who signed the request that started the run, before the first step. A worker has said at the hook's door that it
 * is signed, but not when none was there to ask, and an attacker in the API need not have asked.
 *
 * @returns the error that ends the run.
 */
export async function checkHook(execution: Execution): Promise<StoredError | undefined> {
  const { parts, job, redactor, state, hook, createdAt } = execution
  if (!hook) return undefined
  try {
    const names = [hook.secret]
    const handed = takeHanded(execution, names)
    const secrets = handed
      ? await parts.resolver.open(job.workspace, handed)
      : await parts.resolver.resolve({ ...job, step: 'trigger', names })
    for (const [name, secret] of secrets) state.learnSecret(name, secret)
    const key = secrets.get(hook.secret)?.value.reveal() ?? ''
    if (!isSigned(state.trigger as SignedRequest, hook, key, createdAt.getTime())) throw unsigned(hook)
    return undefined
  } catch (error) {
    // Any other is the worker's trouble, and the run is tried again.
    if (!(error instanceof AppError)) throw error
    return await describeStepError(error, redactor)
  }
}

function unsigned(hook: HookSignature): AppError {
  const message = `The signature of the request is missing or wrong. ${signingAdvice(hook)}`
  return new AppError('INVALID_FIELD', message)
}
