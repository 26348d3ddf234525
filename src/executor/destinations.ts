import { AppError } from '../errors.ts'
import { readHostAndPort } from '../host-name.ts'
import type { RunRedactor } from '../redactor/index.ts'
import { assertDestination, type Destination, policiesOf } from '../secret/allowed.ts'
import type { Policy } from '../secret/policy.ts'
import { Sensitive } from '../sensitive.ts'
import { destinationsOf, type RenderedInput, type StepType } from '../steps/index.ts'

/**
 * Whose values stand in each text of a step's input, however they came there.
 *
 * @throws AppError as `RunRedactor.json`.
 */
export function ownersInInput(
  input: RenderedInput,
  redactor: RunRedactor,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  return redactor.ownersIn([...new Set(textsIn(input))], signal)
}

export function textsIn(input: unknown): string[] {
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

/** The fields of a step in which each secret is, by its name. */
export type FieldsOfSecrets = ReadonlyMap<string, readonly string[]>

/**
 * A step of another protocol than HTTP opens its own connections, which nobody looks into: it may have a bound
 * secret only when it says beforehand where it goes, and that is where the secret may go.
 *
 * @param policies those of every secret that the run has learned.
 * @param fields of the secrets, where the step type says of each field where it goes.
 * @param refused told of the secret that may not go to a host.
 * @throws AppError DESTINATION_NOT_ALLOWED
 */
export function assertDestinations(
  type: StepType,
  input: RenderedInput,
  inHand: readonly string[],
  policies: ReadonlyMap<string, readonly Policy[]>,
  refused: (secret: string, host: string) => void = () => undefined,
  fields: FieldsOfSecrets = new Map(),
): void {
  const bound = inHand.filter((name) => policiesOf(name, policies).some(namesDestinations))
  const [first] = bound
  if (first === undefined) return
  if (!type.destinations) {
    const why = `steps of the type ${type.type} do not say where they send what they are given`
    throw new AppError('DESTINATION_NOT_ALLOWED', `The secret ${first} is bound to hosts, and ${why}.`)
  }
  for (const name of bound) {
    for (const destination of destinationsOfSecret(type, input, fields.get(name))) {
      try {
        assertDestination(name, policiesOf(name, policies), readDestination(type, destination))
      } catch (error) {
        refused(name, destination.replace(/^[a-z][a-z0-9+.-]*:\/\//, ''))
        throw error
      }
    }
  }
}

/** One of which it is not known where it stands goes wherever the step sends anything. */
function destinationsOfSecret(
  type: StepType,
  input: RenderedInput,
  fields: readonly string[] | undefined,
): readonly string[] {
  if (!fields) return declared(type, input)
  return [...new Set(fields.flatMap((field) => declared(type, input, field)))]
}

function namesDestinations({ hosts, methods, paths }: Policy): boolean {
  return hosts.length + methods.length + paths.length > 0
}

/** Where a field goes; without a name, where any of them does. */
export function declared(type: StepType, input: RenderedInput, field?: string): readonly string[] {
  try {
    return destinationsOf(type, input, field)
  } catch (error) {
    if (error instanceof AppError) throw error
    // A plugin's own error may quote the input.
    throw new AppError('STEP_FAILED', `The step type ${type.type} could not tell where it sends this.`)
  }
}

const defaultPorts = { http: 80, https: 443 }

/** What cannot be read is nowhere that a secret may go. Without a port, a policy that asks for one is not met. */
export function readDestination(type: StepType, text: string): Destination {
  const [, name = '', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/s.exec(text) ?? []
  const scheme = name === 'http' || name === 'https' ? name : undefined
  const read = readHostAndPort(rest)
  if (read) return { scheme, host: read.host, port: read.port ?? (scheme ? defaultPorts[scheme] : 0) }
  const what = 'gives no host that can be read as where it sends this'
  throw new AppError('DESTINATION_NOT_ALLOWED', `The step type ${type.type} ${what}.`)
}
