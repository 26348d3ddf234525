import type { StepSecrets } from '../egress/index.ts'
import { AppError } from '../errors.ts'
import { authorityOf } from '../host-name.ts'
import type { Destination } from '../secret/allowed.ts'
import { declaredDestinations, type RenderedInput, type StepType } from '../steps/index.ts'
import { declared, type FieldsOfSecrets, readDestination, textsIn } from './destinations.ts'

type Counted = NonNullable<StepSecrets['counted']>

/**
 * In which fields the secrets of a step are: those that went into a field, and those that are found in what it has become.
 *
 * @param find names of the secrets in a text.
 */
export function fieldsOfSecrets(
  input: RenderedInput,
  fieldSecrets: ReadonlyMap<string, readonly string[]>,
  find: (text: string) => readonly string[],
): FieldsOfSecrets {
  const fields = new Map<string, string[]>()
  for (const [field, value] of Object.entries(input)) {
    const names = [...(fieldSecrets.get(field) ?? []), ...textsIn(value).flatMap(find)]
    for (const name of new Set(names)) fields.set(name, [...(fields.get(name) ?? []), field])
  }
  return fields
}

/**
 * Which secrets count for a request that says which fields it uses. The definition decides, and what the step says can
 * only add to it: a secret is left out when the host is declared, but not for a field that the secret is in. So a member
 * who chooses the host of a request, or a step that names too few fields, frees no secret.
 *
 * @param fields of the secrets, as {@link fieldsOfSecrets} has them.
 * @returns undefined when the step type does not declare its destinations field by field.
 */
export function createReach(
  type: StepType,
  input: RenderedInput,
  inHand: readonly string[],
  fields: FieldsOfSecrets,
): Counted | undefined {
  const written = declaredDestinations(type)
  if (!written) return undefined
  const reach = new Map(
    Object.keys(written).map((field) => [
      field,
      declared(type, input, field).map((it) => readDestination(type, it)),
    ]),
  )
  const goesTo = (field: string, target: { host: string; port: number }) =>
    reach.get(field)?.some((it) => isSame(it, target)) ?? false
  return (target, uses) => {
    for (const field of uses) {
      if (!goesTo(field, target)) throw undeclared(type, field, target)
    }
    if (![...reach.keys()].some((field) => goesTo(field, target))) return inHand
    return inHand.filter((name) => {
      const own = fields.get(name)
      return own?.some((it) => uses.includes(it) || !reach.has(it) || goesTo(it, target)) ?? true
    })
  }
}

/** One without a port may be any port. */
function isSame({ host, port }: Destination, target: { host: string; port: number }): boolean {
  return host === target.host && (port === target.port || port === 0)
}

function undeclared(type: StepType, field: string, { host, port }: { host: string; port: number }): AppError {
  if (!Object.hasOwn(type.fields, field))
    return new AppError('INVALID_FIELD', `The step type ${type.type} has no field ${field} to use.`)
  const what = `sends its field ${field} to ${authorityOf(host, port)}, and does not declare that`
  return new AppError('DESTINATION_NOT_ALLOWED', `The step type ${type.type} ${what}.`)
}
