import { readConfig } from '../../src/config.ts'
import { AppError } from '../../src/errors.ts'

/** What the configuration says about each wrong variable of the environment. */
export function configProblems(env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_CONFIG') return error.message.split('\n')
    throw error
  }
  return []
}
