import type { StoredError } from '../store/entities/index.ts'

/** The status of a run or a step that ended with this error. */
export function failedStatus({ code }: StoredError): 'FAILED' | 'CANCELLED' {
  return code === 'CANCELLED' ? 'CANCELLED' : 'FAILED'
}
