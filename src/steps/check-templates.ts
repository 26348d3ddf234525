import { AppError, checkAll } from '../errors.ts'
import { type Part, parse, secretsIn } from '../template/index.ts'
import type { StepType } from './define-step.ts'
import type { Field } from './field.ts'
import { givenValue } from './form/content.ts'
import type { RawFields } from './raw-fields.ts'
import { type FoundTemplate, templatesIn } from './templates-in.ts'
import { quoted, within, withinField } from './within.ts'

/**
 * Checks the templates in every field, shown or hidden, when a step is saved and again when it runs: they can be
 * parsed, and refer to secrets only in fields that the step type declares for secrets.
 *
 * @throws AppError INVALID_TEMPLATE or SECRET_NOT_ALLOWED.
 */
export function checkTemplates(type: StepType, raw: RawFields): void {
  const checks = Object.entries(type.fields).map(
    ([name, field]) =>
      () =>
        withinField(name, () => checkValue(type, field, givenValue(name, field, raw))),
  )
  checkAll(checks)
}

function checkValue(type: StepType, field: Field, value: unknown): void {
  for (const template of templatesIn(value)) {
    const check = () => checkTemplate(template, type, field)
    const [first, ...rest] = template.keys
    if (first === undefined) check()
    else if (field.kind === 'pairs' && typeof first === 'number') {
      const row = first + 1
      within(['row', row, ...rest].join(' '), check, { row }, rest.join(' ') || undefined)
    } else within(pathOf(template), check)
  }
}

function checkTemplate(template: FoundTemplate, type: StepType, field: Field): void {
  const parts = parse(template.source)
  const [secret] = secretsIn(template.source)
  if (secret === undefined) return
  checkSecretAllowed(secret, template, type, field)
  if (field.alone && !isAlone(parts)) {
    const rule = 'has to be all of it: without a filter, and with nothing before or behind'
    throw new AppError('INVALID_FIELD', `refers to ${quoted(`secrets.${secret}`)}, and a secret ${rule}.`)
  }
}

function isAlone(parts: readonly Part[]): boolean {
  const [first, ...rest] = parts
  return rest.length === 0 && first?.kind === 'expression' && first.expression.filters.length === 0
}

/**
 * Stops a value from reaching a part of a step that shows it. A field that is not secret-capable reaches `run` as
 * a plain string, which authors log, put into messages and return.
 */
function checkSecretAllowed(secret: string, template: FoundTemplate, type: StepType, field: Field): void {
  const found = `refers to ${quoted(`secrets.${secret}`)}`
  if (!field.secrets) {
    const names = Object.entries(type.fields).flatMap(([name, it]) => (it.secrets ? [name] : []))
    const advice =
      names.length > 0 ? `these fields can: ${names.join(', ')}` : `no field of "${type.type}" can`
    throw new AppError('SECRET_NOT_ALLOWED', `${found}, and cannot hold a secret; ${advice}.`)
  }
  if (field.kind === 'pairs' && template.keys[1] === 'name') {
    throw new AppError('SECRET_NOT_ALLOWED', `${found}, and a name cannot hold a secret; a value can.`)
  }
}

/** The place of the template inside a structure. */
function pathOf({ keys }: FoundTemplate): string {
  return keys.map((key) => (typeof key === 'number' ? `[${key}]` : quoted(key))).join('.')
}
