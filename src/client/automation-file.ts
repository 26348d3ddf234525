import { parse as fromYaml, type ScalarTag, type Tags, stringify as toYaml, YAMLParseError } from 'yaml'
import * as z from 'zod'
import { cronFields } from '../cron/index.ts'
import { AppError } from '../errors.ts'
import { ExactNumber, parseJson } from '../exact-json.ts'
import { normalizeSecretName } from '../template/index.ts'

// What is left out of a file, because the API has it as its default.
const RETRIED = ['REQUEST_FAILED', 'TIMEOUT']
const TOLERANCE_SECONDS = 300

const whole = z.number().int()
const optional = <T extends z.ZodType>(type: T) => type.nullish().transform((it) => it ?? undefined)

const formatOf = z.strictObject({
  header: z.string(),
  algorithm: z.string(),
  encoding: z.string(),
  prefix: optional(z.string()),
  signed: optional(z.string()),
  timestampHeader: optional(z.string()),
  toleranceSeconds: optional(whole),
})
const stepOf = z.strictObject({
  key: z.string(),
  type: z.string(),
  fields: z.record(z.string(), z.unknown()),
  onError: optional(z.enum(['STOP', 'CONTINUE'])),
  timeoutSeconds: optional(whole),
  retry: optional(z.strictObject({ count: whole, delaySeconds: whole, on: optional(z.array(z.string())) })),
})
const automationOf = z.strictObject({
  id: optional(z.string()),
  name: z.string().min(1),
  schedule: optional(z.strictObject({ cron: z.string(), timeZone: z.string() })),
  hookAnswer: optional(z.strictObject({ waitSeconds: whole })),
  hookSignature: optional(
    z.strictObject({
      secret: z.string(),
      style: z.string(),
      verifyToken: optional(z.string()),
      format: optional(formatOf),
    }),
  ),
  steps: z.array(stepOf),
})
const fileOf = z.strictObject({ lockstep: z.literal(1), automations: z.array(automationOf) })

/** An automation as a file has it: what is a default is left out. */
export type FiledAutomation = z.output<typeof automationOf>

/** An automation as the API gives it. */
export type StoredAutomation = z.input<typeof automationOf> & {
  id: string
  version: number
  updatedAt: string
}

/**
 * Reads a file of automations: YAML 1.2, of which JSON is a part.
 *
 * @throws AppError INVALID_VALUE with the place of every fault, and never with what stands there.
 */
export function readAutomationFile(text: string): FiledAutomation[] {
  const parsed = fileOf.safeParse(parseText(text))
  if (!parsed.success) {
    const faults = parsed.error.issues
      .slice(0, 20)
      .map((it) => `${it.path.join('.') || 'the file'}: ${it.message}`)
    throw new AppError('INVALID_VALUE', `The file is not one of automations.\n${faults.join('\n')}`)
  }
  const automations = parsed.data.automations.map(canonical)
  const names = automations.flatMap((it) => (it.id === undefined ? [it.name] : []))
  const twice = names.find((it, index) => names.indexOf(it) !== index)
  if (twice === undefined) return automations
  throw new AppError('INVALID_VALUE', `Two automations of the file have the name ${twice}. Give each its id.`)
}

export type FileFormat = 'yaml' | 'json'

export function writeAutomationFile(automations: readonly FiledAutomation[], format: FileFormat): string {
  const file = { lockstep: 1, automations }
  return format === 'json' ? `${JSON.stringify(file, undefined, 2)}\n` : writeYaml(file)
}

/** The text in which two versions of an automation are compared. */
export function automationText(automation: FiledAutomation): string {
  const { steps, ...rest } = canonical(automation)
  // The database keeps no order of the keys of an object.
  return writeYaml({ ...rest, steps: steps.map((it) => ({ ...it, fields: sorted(it.fields) })) })
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, it]) => [key, sorted(it)]))
}

/** The part of a stored automation that a file has. */
export function filedFrom(stored: StoredAutomation, withId = false): FiledAutomation {
  const { id, version: _, updatedAt: _at, ...rest } = stored
  const read = automationOf.parse({ ...rest, ...(withId && { id }) })
  return canonical(read)
}

/** The same, as the API would store it, with what is a default left out. */
function canonical({
  id,
  name,
  schedule,
  hookAnswer,
  hookSignature,
  steps,
}: FiledAutomation): FiledAutomation {
  return compact({
    id,
    name,
    schedule: schedule && { cron: readCron(schedule.cron), timeZone: schedule.timeZone },
    hookAnswer,
    hookSignature: hookSignature && canonicalSignature(hookSignature),
    steps: steps.map(canonicalStep),
  })
}

/** An expression that is none stays as it is, for the API to say what is wrong. */
function readCron(cron: string): string {
  try {
    return cronFields(cron).join(' ')
  } catch {
    return cron
  }
}

function canonicalSignature(signature: NonNullable<FiledAutomation['hookSignature']>) {
  const { secret, style, verifyToken, format } = signature
  const defaultSigned = format?.timestampHeader ? '{timestamp}.{body}' : '{body}'
  return compact({
    secret: normalizeSecretName(secret),
    style,
    verifyToken: verifyToken && normalizeSecretName(verifyToken),
    format:
      format &&
      compact({
        header: format.header,
        algorithm: format.algorithm,
        encoding: format.encoding,
        prefix: format.prefix || undefined,
        signed: format.signed === defaultSigned ? undefined : format.signed,
        timestampHeader: format.timestampHeader,
        toleranceSeconds: format.toleranceSeconds === TOLERANCE_SECONDS ? undefined : format.toleranceSeconds,
      }),
  })
}

function canonicalStep({
  key,
  type,
  fields,
  onError,
  timeoutSeconds,
  retry,
}: FiledAutomation['steps'][number]) {
  const on = retry && [...new Set(retry.on ?? RETRIED)]
  return compact({
    key,
    type,
    fields,
    onError: onError === 'CONTINUE' ? onError : undefined,
    timeoutSeconds,
    retry:
      retry &&
      compact({
        count: retry.count,
        delaySeconds: retry.delaySeconds,
        on: on?.join() === RETRIED.join() ? undefined : on,
      }),
  })
}

function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as T
}

/** Numbers keep their digits: an id of 20 digits would otherwise become another one. */
const exactNumber: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/,
  identify: (value) => value instanceof ExactNumber,
  resolve: (text) => parseJson(text),
  stringify: ({ value }) => String(value),
}

/** Before the tags of the schema, which would read a number as a double. */
const numbersFirst = (tags: Tags): Tags => [exactNumber, ...tags]

function parseText(text: string): unknown {
  try {
    if (/^\s*\{/.test(text)) return parseJson(text)
    return fromYaml(text, { customTags: numbersFirst, schema: 'core' })
  } catch (cause) {
    const at = cause instanceof YAMLParseError ? cause.linePos?.[0] : undefined
    const place = at ? ` (line ${at.line}, column ${at.col})` : ''
    throw new AppError('INVALID_VALUE', `The file is neither YAML nor JSON${place}.`, { cause })
  }
}

function writeYaml(value: unknown): string {
  return toYaml(value, {
    customTags: numbersFirst,
    schema: 'core',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })
}
