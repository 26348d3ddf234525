import type { Problem } from '../api/problem.ts'
import type { Refusal } from './editor-context.ts'

/**
 * Where in an automation a refusal of the API points. Its messages begin with the place, as src/steps/within.ts
 * writes it: `Step "charge": field "url": is required.`
 */
export function refusalOf({ code, message }: Problem): Refusal {
  const step = /^Step "([A-Za-z][A-Za-z0-9_]*)"[:,] /.exec(message)
  if (!step) return { code, message, step: undefined, field: undefined }
  const rest = message.slice(step[0].length)
  const field = /^field "([^"\\]*)"[:,] /.exec(rest)
  const said = field ? rest.slice(field[0].length) : rest
  return { code, message: capitalised(said), step: step[1], field: field?.[1] }
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
