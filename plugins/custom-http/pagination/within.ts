import { AppError } from '../../../src/steps/index.ts'

/** Puts the name of the field in front of what is wrong with it. */
export function within<T>(field: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, `field "${field}": ${error.message}`)
  }
}
