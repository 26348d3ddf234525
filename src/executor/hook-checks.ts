import { AppError } from '../errors.ts'
import { isSameToken, isSigned, type SignedRequest } from '../hook-signature/index.ts'
import type { Logger } from '../log.ts'
import type { Resolver } from '../resolver/resolver.ts'
import type { HookVerdict } from '../store/entities/index.ts'
import type { HookChecks, TakenHook } from '../store/runs/hook-checks.ts'
import { splitOrigin } from '../store/runs/run-origin.ts'
import type { Opener } from '../vault/opening.ts'
import { inputName } from './run-state.ts'

export interface HookCheckParts {
  checks: HookChecks
  resolver: Resolver
  opener: Opener
  log: Logger
}

/**
 * Says of requests at the doors of webhooks whether they are signed. The API cannot: it opens no secret, and nothing of
 * the secret goes to it, only a verdict.
 *
 * @returns what looks for requests that wait. A call while one looks makes it look again.
 */
export function createHookChecker(parts: HookCheckParts): () => void {
  let looking = false
  let again = false
  const look = async (): Promise<void> => {
    looking = true
    do {
      again = false
      const hooks = await parts.checks.take()
      if (hooks.length > 0) again = true
      await Promise.all(hooks.map(async (it) => parts.checks.answer(it, await verdictOn(parts, it))))
    } while (again)
  }
  return () => {
    again = true
    if (looking) return
    // The API gives up by itself, and the run that it starts is checked before its first step.
    look()
      .catch((err) => parts.log.warn({ err }, 'requests to webhooks could not be checked'))
      .finally(() => {
        looking = false
      })
  }
}

async function verdictOn(parts: HookCheckParts, hook: TakenHook): Promise<HookVerdict> {
  try {
    return (await isGenuine(parts, hook)) ? 'GENUINE' : 'FORGED'
  } catch (err) {
    const { workspace, run } = hook
    if (!(err instanceof AppError))
      parts.log.warn({ err, run: `${workspace}.${run}` }, 'a webhook could not be checked')
    return 'UNSURE'
  }
}

/** @throws AppError SECRET_NOT_FOUND, SECRET_UNREADABLE */
async function isGenuine({ checks, resolver, opener }: HookCheckParts, hook: TakenHook): Promise<boolean> {
  const { workspace, run, signature, secrets, isToken, createdAt, sealed } = hook
  if (secrets.length > 0) await checks.recordUse(hook)
  const [secret] = (await resolver.open(workspace, secrets)).values()
  if (!secret)
    throw new AppError('SECRET_NOT_FOUND', `The secret ${signature.secret} does not exist in this workspace.`)
  const value = secret.value.reveal()
  const input = await opener.open({ workspace, name: inputName(run) }, sealed)
  const request: unknown = JSON.parse(splitOrigin(input.reveal()).input)
  if (isToken) return isSameToken(String(request), value)
  return isSigned(request as SignedRequest, signature, value, createdAt.getTime())
}
