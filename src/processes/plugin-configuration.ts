import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { PLUGIN_VARIABLE } from '../environment.ts'
import { parseJson } from '../exact-json.ts'
import { Sensitive } from '../sensitive.ts'
import type { Field, StepType } from '../steps/index.ts'
import { kinds } from '../steps/kinds/index.ts'
import { nearNames } from '../template/index.ts'

/** A package of step types, and what the operator is asked to set for it. */
export interface ConfiguredPackage {
  /** As the package names itself. */
  readonly name: string
  readonly types: readonly StepType[]
}

type Configured = NonNullable<StepType['configured']>

const PREFIX = 'LOCKSTEP_PLUGIN_'
const SUFFIX = '_FILE'
const MAX_BYTES = 64 * 1024
/**
 * Reads the configuration of all packages, and tells every fault.
 *
 * @param env the variables, which are only read. `NAME_FILE` names a file with what `NAME` would hold.
 * @returns what each step type is given by its name, and the faults in words, without a value.
 */
export function readConfigurations(
  packages: readonly ConfiguredPackage[],
  env: NodeJS.ProcessEnv,
): { configured: ReadonlyMap<string, Configured>; problems: readonly string[] } {
  const problems: string[] = []
  const known = new Map<string, string>()
  const configured = new Map<string, Configured>()
  for (const { name, types } of packages) {
    const values: Record<string, unknown> = {}
    for (const [field, definition] of fieldsOf(types)) {
      const variable = variableOf(name, field)
      const other = known.get(variable)
      if (types.some(({ config }) => config?.[field] && !isDeepStrictEqual(config[field], definition)))
        problems.push(`${variable}: step types of the plugin ${name} declare ${field} in two ways.`)
      // Stops a package from taking a name by which it would be given the configuration of another one.
      if (other !== undefined)
        problems.push(`${variable} would be for the plugins ${other} and ${name}. Rename one.`)
      known.set(variable, name)
      const found = readField({ variable, plugin: name, field: definition }, env)
      if ('problem' in found) problems.push(found.problem)
      else values[field] = found.value
    }
    // A step type is given what it declares, and not what others of its package do.
    for (const { type, config = {} } of types)
      configured.set(type, Object.fromEntries(Object.keys(config).map((it) => [it, values[it]])))
  }
  return { configured, problems: [...problems, ...unknownVariables(known, env)] }
}

/** Of all step types of a package. The same field of two of them is one. */
function fieldsOf(types: readonly StepType[]): Map<string, Field> {
  return new Map(types.flatMap(({ config = {} }) => Object.entries(config)))
}

/** `@acme/chat-steps` and `apiKey` are `LOCKSTEP_PLUGIN_ACME_CHAT_STEPS__API_KEY`. */
export function variableOf(plugin: string, field: string): string {
  const base = plugin.replace(/\.[cm]?[jt]s$/, '').replaceAll(/[^a-z0-9]+/gi, '_')
  const words = field.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
  return `${PREFIX}${base.replaceAll(/^_|_$/g, '')}__${words}`.toUpperCase()
}

interface Asked {
  readonly variable: string
  readonly plugin: string
  readonly field: Field
}

type Found = { readonly value: unknown } | { readonly problem: string }

function readField({ variable, plugin, field }: Asked, env: NodeJS.ProcessEnv): Found {
  const text = env[variable] || undefined
  const file = env[`${variable}${SUFFIX}`] || undefined
  if (text !== undefined && file !== undefined)
    return { problem: `${variable} and ${variable}${SUFFIX} are set. Keep one of them.` }
  const given = file === undefined ? { text } : readFile(file)
  if ('problem' in given)
    return { problem: `${variable}${SUFFIX}, for the plugin ${plugin}, names a file that ${given.problem}.` }
  if (given.text === undefined) {
    if (!field.required) return { value: field.default }
    return { problem: `${variable} is not set. The plugin ${plugin} needs it: ${field.label}.` }
  }
  const value = readValue(field, given.text)
  if (value !== undefined) return { value: field.secrets ? new Sensitive(given.text) : value }
  // The value is not repeated: a text in the wrong variable may be a secret.
  return { problem: `${variable}, for the plugin ${plugin}, has to be ${wanted(field)} (not shown).` }
}

function readFile(path: string): { text: string } | { problem: string } {
  try {
    const bytes = readFileSync(path)
    if (bytes.length > MAX_BYTES) return { problem: `has more than ${MAX_BYTES / 1024} KiB` }
    const text = bytes.toString('utf8').replace(/\r?\n$/, '')
    return text === '' ? { problem: 'is empty' } : { text }
  } catch (error) {
    return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` }
  }
}

/** @returns undefined for a text that is none of the kind. */
function readValue(field: Field, text: string): unknown {
  switch (field.kind) {
    case 'number':
    case 'boolean':
    case 'choice': {
      const read = field.kind === 'choice' ? text : scalarIn(text)
      return isAccepted(field, read) ? read : undefined
    }
    case 'url': {
      const url = URL.parse(text)
      return url && ['http:', 'https:'].includes(url.protocol) ? text : undefined
    }
    case 'json':
      return jsonIn(text)
    case 'text':
      return /\p{Cc}/u.test(text) ? undefined : text
    default:
      return text
  }
}

/** `5` is a number and `true` a boolean. */
function scalarIn(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

function isAccepted(field: Field, value: unknown): boolean {
  if (value === undefined) return false
  try {
    kinds[field.kind].check(value, field)
    // A text would be taken for an expression.
    return typeof value !== 'string' || (field.options ?? []).includes(value)
  } catch {
    return false
  }
}

function jsonIn(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function wanted({ kind, options = [], min, max, integer }: Field): string {
  if (kind === 'choice') return `one of ${options.join(', ')}`
  if (kind === 'boolean') return 'true or false'
  if (kind === 'url') return 'an http or https address'
  if (kind === 'json') return 'JSON'
  if (kind !== 'number') return 'one line without control characters'
  const bounds = [min === undefined ? '' : ` from ${min}`, max === undefined ? '' : ` up to ${max}`].join('')
  return `${integer ? 'a whole number' : 'a number'}${bounds}`
}

/** A misspelt variable would leave a default in force. */
function unknownVariables(known: ReadonlyMap<string, string>, env: NodeJS.ProcessEnv): string[] {
  const names = [...known.keys()]
  return Object.entries(env).flatMap(([name, value]) => {
    const isKnown = known.has(name) || (name.endsWith(SUFFIX) && known.has(name.slice(0, -SUFFIX.length)))
    if (!value || isKnown || !PLUGIN_VARIABLE.test(name)) return []
    const [near] = nearNames(name, names)
    const advice = near === undefined ? 'No plugin asks for it.' : `Did you mean ${near}?`
    return [`${name} is not a variable of a plugin. ${advice}`]
  })
}
