import { isPlainObject, ownValue } from './plain-data.ts'

/** Something that a template can refer to. */
export interface Variable {
  /** The text between the braces. */
  readonly path: string
  readonly label: string
  /** From the last run, redacted; undefined if there is none. */
  readonly sample: unknown
}

export interface VariableGroup {
  readonly kind: 'TRIGGER' | 'STEP' | 'SECRETS'
  readonly title: string
  /** A whole value comes before its parts. */
  readonly variables: readonly Variable[]
}

/** The input of a run. @param hasSchedule adds the input of a scheduled run. */
export function triggerGroup(sample: unknown, { hasSchedule }: { hasSchedule: boolean }): VariableGroup {
  const seen = keysOf(sample)
  const keys = new Set(hasSchedule ? [...seen, 'schedule'] : seen)
  const tick = ownValue(sample, 'schedule')
  const variables = [
    variable('trigger', 'trigger', sample),
    ...[...keys].map((key) => child('trigger', key, sample)),
    ...(hasSchedule ? SCHEDULE_KEYS.map((key) => child('trigger.schedule', key, tick)) : []),
  ]
  return { kind: 'TRIGGER', title: 'Trigger', variables }
}

const SCHEDULE_KEYS = ['cron', 'timeZone', 'at']

/** The output of a step: what its type declares, and what the last run contained. @param schema a JSON Schema. */
export function stepGroup(key: string, schema: unknown, sample: unknown): VariableGroup {
  const path = `steps.${key}.output`
  const names = new Set([...declaredOutputs(schema), ...keysOf(sample)])
  const variables = [variable(path, 'output', sample), ...[...names].map((name) => child(path, name, sample))]
  return { kind: 'STEP', title: key, variables }
}

/** The secrets of the workspace, only by their names: a value is never a sample. */
export function secretsGroup(names: readonly string[]): VariableGroup {
  const variables = names.map((name) => variable(`secrets.${name}`, name, undefined))
  return { kind: 'SECRETS', title: 'Secrets', variables }
}

/** The names at the first level of an output. @param schema the JSON Schema of it. */
export function declaredOutputs(schema: unknown): string[] {
  return keysOf(ownValue(schema, 'properties'))
}

/** The parts of a variable, as far as its sample shows them. @param most limits their number. */
export function partsOf(path: string, sample: unknown, most: number): Variable[] {
  const keys = Array.isArray(sample) ? [...sample.slice(0, most).keys()] : keysOf(sample).slice(0, most)
  return keys.map((key) => child(path, key, sample))
}

/** A variable as it is written into a template. */
export const referenceTo = (path: string): string => `{{ ${path} }}`

/** How a key is written after a path: `.name`, `[0]` or `["other key"]`. */
export function keyText(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function child(path: string, key: string | number, parent: unknown): Variable {
  const label = typeof key === 'number' ? keyText(key) : key
  return variable(`${path}${keyText(key)}`, label, ownValue(parent, key))
}

function variable(path: string, label: string, sample: unknown): Variable {
  return { path, label, sample: sample ?? undefined }
}

const keysOf = (value: unknown): string[] => (isPlainObject(value) ? Object.keys(value) : [])
