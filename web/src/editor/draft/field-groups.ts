import { isEmpty } from '../../../../src/steps/form/content.ts'
import { currentValue, isShown } from './conditions.ts'
import type { DraftStep } from './draft.ts'
import type { StepField } from './step-types.ts'

/** Settings that few people need, by the names of their fields. They are folded, whichever step type has them. */
const RARE: readonly { title: string; names: readonly string[] }[] = [
  {
    title: 'Pages',
    names: ['pagination', 'nextPath', 'pageParameter', 'startAt', 'itemsPath', 'endOnNotFound', 'maxPages'],
  },
  {
    title: 'Redirects and answer',
    names: ['followRedirects', 'maxRedirects', 'failOnErrorStatus', 'protect'],
  },
  { title: 'Client certificate', names: ['clientCertificate', 'clientCertificatePassphrase'] },
]

export interface FieldGroup {
  title: string
  fields: readonly StepField[]
  /** What of it is set, in a few words; empty: nothing is. */
  summary: string
}

export interface FormParts {
  main: readonly StepField[]
  /** The timeout of what the step does, and how often it tries again by itself. */
  timing: readonly StepField[]
  groups: readonly FieldGroup[]
}

/**
 * The shown fields of a step, with what is rarely set apart from the others. There is one setting for tries: those of a request are shown only where they are
 * set, as every step can be tried again.
 */
export function partsOfForm(fields: readonly StepField[], values: DraftStep['fields']): FormParts {
  const shown = fields.filter((field) => isShown(field, fields, values))
  const groups = [...RARE, ...groupsIn(shown)]
    .map(({ title, names }) => {
      const its = shown.filter(({ name }) => names.includes(name))
      return { title, fields: its, summary: summaryOf(its, values) }
    })
    .filter((group) => group.fields.length > 0)
  const timing = shown.filter(
    ({ name, kind }) =>
      kind === 'number' && (name === 'timeoutSeconds' || (name === 'retries' && isSet(name, values))),
  )
  const apart = new Set([...groups.flatMap((group) => group.fields), ...timing].map(({ name }) => name))
  const main = shown.filter(
    ({ name, kind }) => !apart.has(name) && !(kind === 'number' && name === 'retries'),
  )
  return { main, timing, groups }
}

/** Those that the step type itself folds together. */
function groupsIn(fields: readonly StepField[]) {
  const titles = new Set(fields.flatMap(({ group }) => group ?? []))
  const namesOf = (title: string) => fields.filter(({ group }) => group === title).map(({ name }) => name)
  return [...titles].map((title) => ({ title, names: namesOf(title) }))
}

const isSet = (name: string, values: DraftStep['fields']): boolean =>
  (values[name] ?? undefined) !== undefined

/** What is set in fields, in a few words. It shows no text, which may be long. */
export function summaryOf(fields: readonly StepField[], values: DraftStep['fields']): string {
  const parts = fields.flatMap((field) => {
    const { name, label, kind } = field
    const value = currentValue(field, values)
    if (!isSet(name, values) || isEmpty(field, value) || value === (field.default ?? undefined)) return []
    if (kind === 'choice') return [String(value)]
    if (typeof value === 'boolean') return [value ? label : `${label}: no`]
    return [kind === 'number' ? `${label}: ${String(value)}` : label]
  })
  return parts.join(', ')
}
