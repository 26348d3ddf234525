import { AppError } from '../../errors.ts'
import { suggestion } from '../../template/index.ts'
import { quoted } from '../within.ts'

/** The error of an invalid definition. The registry adds the step type and its module. */
export function broken(message: string): AppError {
  return new AppError('INVALID_STEP_TYPE', message)
}

/** A supposed `T` whose properties have not been checked. */
export type Unchecked<T> = { readonly [K in keyof T]?: unknown }

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** Refuses an unknown property. A misspelt `secrets` would silently have no effect. */
export function checkProperties(value: object, known: readonly string[]): void {
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) throw broken(`knows no ${quoted(name)}.${suggestion(name, known)}`)
  }
}
