import { AppError } from '../errors.ts'
import { readHostAndPort } from '../host-name.ts'
import { hostMatches } from '../host-pattern.ts'
import type { RunRedactor } from '../redactor/index.ts'
import { Sensitive } from '../sensitive.ts'
import type { StepInput, StepType } from '../steps/index.ts'

/**
 * Names of the secrets that a step has in hand: those that its fields name, and those whose values came into its
 * fields by way of an earlier step's output.
 */
export async function secretsInHand(
  input: StepInput,
  resolved: readonly string[],
  redactor: RunRedactor,
  signal: AbortSignal,
): Promise<string[]> {
  return [...new Set([...resolved, ...(await redactor.findIn(textsIn(input), signal))])]
}

function textsIn(input: unknown): string[] {
  const texts: string[] = []
  const left: unknown[] = [input]
  while (left.length > 0) {
    const value = left.pop()
    if (value instanceof Sensitive) texts.push(value.reveal())
    else if (typeof value === 'string') texts.push(value)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, it] of Object.entries(value)) {
        // Those of a list are numbers of ours.
        if (!Array.isArray(value)) texts.push(key)
        left.push(it)
      }
    }
  }
  return texts
}

/**
 * A step of another protocol than HTTP opens its own connections, which nobody looks into: it may have a bound
 * secret only when it says beforehand where it goes, and that is where the secret may go.
 *
 * @param boundHosts the `allowedHosts` of every secret that the run has learned.
 * @throws AppError DESTINATION_NOT_ALLOWED
 */
export function assertDestinations(
  type: StepType,
  input: StepInput,
  inHand: readonly string[],
  boundHosts: ReadonlyMap<string, readonly string[]>,
): void {
  const bound = inHand.filter((name) => (boundHosts.get(name) ?? []).length > 0)
  const [first] = bound
  if (first === undefined) return
  if (!type.destinations) {
    const why = `steps of the type ${type.type} do not say where they send what they are given`
    throw new AppError('DESTINATION_NOT_ALLOWED', `The secret ${first} is bound to hosts, and ${why}.`)
  }
  for (const destination of destinationsOf(type, input)) {
    for (const name of bound) assertAllowed(name, destination, boundHosts.get(name) ?? [])
  }
}

function destinationsOf(type: StepType, input: StepInput): readonly string[] {
  try {
    return type.destinations?.(input) ?? []
  } catch (error) {
    if (error instanceof AppError) throw error
    // A plugin's own error may quote the input.
    throw new AppError('STEP_FAILED', `The step type ${type.type} could not tell where it sends this.`)
  }
}

function assertAllowed(name: string, destination: string, patterns: readonly string[]): void {
  const target = readHostAndPort(destination)
  // What cannot be read is nowhere that a secret may go. Without a port, a pattern that asks for one is not met.
  if (target && patterns.some((it) => hostMatches(it, target.host, target.port ?? 0))) return
  const advice = 'An admin can add the host to those the secret is allowed for.'
  throw new AppError('DESTINATION_NOT_ALLOWED', `The secret ${name} may not go to ${target?.host}. ${advice}`)
}
