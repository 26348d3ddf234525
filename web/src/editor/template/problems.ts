import { nearNames, type Path } from '../../../../src/template/index.ts'
import { keyText } from '../../../../src/template/variables.ts'
import { type Piece, pathsIn } from './pieces.ts'

/** What the templates of one field can refer to. */
export interface TemplateScope {
  /** What people call the field, such as `Headers, value 2`. */
  label: string
  acceptsSecrets: boolean
  /** The labels of the fields of this step that take secrets; undefined when nobody asks for them. */
  secretFields?: readonly string[] | undefined
  /** The names of all secrets of the workspace; undefined as long as they are not loaded. */
  secrets: readonly string[] | undefined
  /** The steps before this one, in order. */
  steps: readonly EarlierStep[]
  /** The keys of this step and of those after it. */
  laterSteps: readonly string[]
}

export interface EarlierStep {
  key: string
  /** The names at the first level of its output; undefined when there may be any. */
  outputs: readonly string[] | undefined
}

export interface TemplateProblem {
  start: number
  end: number
  message: string
  fixes: readonly Fix[]
}

export type Fix =
  /** Replaces what is wrong by a text. */
  | { kind: 'replace'; label: string; start: number; end: number; text: string }
  | { kind: 'add-secret'; label: string; name: string }

/** What is wrong with the expressions of a field, in order, and what would correct it. */
export function problemsOf(pieces: readonly Piece[], scope: TemplateScope): TemplateProblem[] {
  return pieces.flatMap((piece) => {
    if (piece.kind === 'broken') {
      return [{ start: piece.start, end: piece.end, message: piece.message, fixes: [] }]
    }
    return pathsIn(piece.expression).flatMap((path) => problemOfPath(path, scope) ?? [])
  })
}

function problemOfPath(path: Path, scope: TemplateScope): TemplateProblem | undefined {
  if (path.root === 'secrets') return problemOfSecret(path, scope)
  return path.root === 'steps' ? problemOfStep(path, scope) : undefined
}

function problemOfSecret(
  path: Path,
  { acceptsSecrets, secrets, label, secretFields }: TemplateScope,
): TemplateProblem | undefined {
  const name = String(path.keys[0])
  if (!acceptsSecrets) {
    const advice = secretFields && ` ${placesForSecrets(secretFields)}`
    return problem(path, `${label} cannot hold secrets. Take ${name} out.${advice ?? ''}`)
  }
  if (secrets === undefined || secrets.includes(name)) return undefined
  const fixes = replacements(path, nearNames(name, secrets), (it) => `secrets.${it}`)
  const add: Fix = { kind: 'add-secret', label: `Add ${name}`, name }
  return problem(path, `There is no secret ${name}: it was deleted, or is not added yet.`, [...fixes, add])
}

/** Where in a step secrets go, for a person who tried another place. */
export function placesForSecrets(labels: readonly string[]): string {
  const [last, ...others] = labels.toReversed()
  if (last === undefined) return 'No field of this step takes one.'
  const list = others.length > 0 ? `${others.toReversed().join(', ')} or ${last}` : last
  return `A secret goes into ${list}.`
}

function problemOfStep(path: Path, { steps, laterSteps }: TemplateScope): TemplateProblem | undefined {
  const [key, , output] = path.keys
  const name = String(key)
  const step = steps.find((it) => it.key === name)
  const rest = path.keys.slice(1).map(keyText).join('')
  if (!step) {
    const why = laterSteps.includes(name)
      ? `The step ${name} does not run before this one. Move it up, or refer to another.`
      : `There is no step ${name} before this one.`
    const known = steps.map((it) => it.key)
    return problem(
      path,
      why,
      replacements(path, nearNames(name, known), (it) => `steps.${it}${rest}`),
    )
  }
  if (typeof output !== 'string' || step.outputs === undefined || step.outputs.includes(output))
    return undefined
  const deeper = path.keys.slice(3).map(keyText).join('')
  const written = (it: string) => `steps.${name}.output${keyText(it)}${deeper}`
  const fixes = replacements(path, nearNames(output, step.outputs), written)
  return problem(
    path,
    `The step ${name} gives back no ${output}. There is ${step.outputs.join(', ')}.`,
    fixes,
  )
}

function problem({ start, end }: Path, message: string, fixes: readonly Fix[] = []): TemplateProblem {
  return { start, end, message, fixes }
}

function replacements(
  { start, end }: Path,
  names: readonly string[],
  write: (name: string) => string,
): Fix[] {
  return names.map((name) => ({ kind: 'replace', label: `Use ${name}`, start, end, text: write(name) }))
}
