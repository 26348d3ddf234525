import { AppError } from '../../errors.ts'
import { Sensitive } from '../../sensitive.ts'
import { noProvenance, type Place, parse, render, type Scope } from '../../template/index.ts'
import type { Field } from '../field.ts'

/** A rendered value and the names of the secrets that went into it. */
export interface Reading {
  readonly value: unknown
  readonly secrets: readonly string[]
}

/** The rules of one kind of field. Messages do not name the field: the caller adds it. */
export interface Kind {
  readonly holdsSecrets: boolean
  /** The properties of a definition besides those that every field has. */
  readonly options: readonly string[]

  /**
   * Refuses content that no run could render.
   *
   * @throws AppError INVALID_FIELD, INVALID_TEMPLATE, or SECRET_NOT_ALLOWED in a part of a secret-capable value
   * that cannot hold a secret.
   */
  check(value: unknown, field: Field): void

  /**
   * Makes the input of `run`. It does not rely on an earlier `check`, because the step type may have changed since
   * the step was saved.
   */
  render(value: unknown, field: Field, scope: Scope): Reading
}

/** The scope for templates that can be rendered before there is a run. */
export const emptyScope: Scope = { secrets: new Map(), trigger: null, steps: {}, ...noProvenance }

export function invalid(message: string): AppError {
  return new AppError('INVALID_FIELD', message)
}

/** The value as a string. */
export function readText(value: unknown): string {
  if (typeof value === 'string') return value
  throw invalid('must be text (a string).')
}

/** Whether it contains no expression. @throws AppError INVALID_TEMPLATE */
export function isStatic(source: string): boolean {
  return parse(source).every((part) => part.kind === 'text')
}

/** Whether it is exactly `{{ one expression }}`. @throws AppError INVALID_TEMPLATE */
export function isLoneExpression(value: unknown): value is string {
  if (typeof value !== 'string') return false
  const parts = parse(value.trim())
  return parts.length === 1 && parts[0]?.kind === 'expression'
}

/** The text of a source without expressions; `undefined` otherwise. */
export function staticText(source: string, place: Place): string | undefined {
  return isStatic(source) ? render(source, place, emptyScope).text : undefined
}

/** Renders text, and wraps it when the field is secret-capable. */
export function renderText(source: string, field: Field, place: Place, scope: Scope): Reading {
  const { text, secrets } = render(source, place, scope)
  return { value: field.secrets ? new Sensitive(text, secrets.length > 0) : text, secrets }
}

export function plain(value: unknown): Reading {
  return { value, secrets: [] }
}
