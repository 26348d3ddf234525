import { AppError } from '../../errors.ts'
import { suggestion } from '../../template/index.ts'
import { quoted } from '../within.ts'

/** The error of a definition that cannot work. The registry puts the step type and its module in front. */
export function broken(message: string): AppError {
  return new AppError('INVALID_STEP_TYPE', message)
}

/** Something that should be a `T`, of which nothing has been looked at. */
export type Unchecked<T> = { readonly [K in keyof T]?: unknown }

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Refuses a property that means nothing here: a misspelt `secrets` would silently lack its effect. */
export function checkProperties(value: object, known: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw broken(`knows no ${quoted(name)}.${suggestion(name, known)}`)
  }
}
