import { type Registry, upToDate } from '../steps/index.ts'

interface WrittenStep {
  readonly key: string
  readonly type: string
  readonly fields?: unknown
  readonly version?: number | null | undefined
}

/**
 * Brings steps that a client has read at an earlier version of their types to the installed ones.
 *
 * @throws AppError as `upToDate`
 */
export function currentSteps<S extends WrittenStep>(registry: Registry, steps: readonly S[]): Promise<S[]> {
  return Promise.all(
    steps.map(async (step) => {
      const { key, type, fields, version } = step
      const found = registry.list().find((it) => it.type === type)
      // Without a version it is made for the installed one. Whatever else is wrong is said by the check.
      if (!found || typeof version !== 'number' || typeof fields !== 'object' || fields === null) return step
      return { ...step, ...(await upToDate(found, { key, type, fields: { ...fields }, version })) }
    }),
  )
}
