import type { Problem } from '../../api/problem.ts'

/** What the API refused, and where. */
export interface Refusal {
  code: string
  message: string
  /** The key of the step, when it names one. */
  step: string | undefined
  field: string | undefined
}

/** Where in an automation a refusal of the API points. The message does not repeat the step and the field. */
export function refusalOf({ code, message, refused }: Problem): Refusal {
  const { reason = message, at } = refused ?? {}
  const said = reason === message ? message : capitalised([...placesWithin(at), reason].join(': '))
  return { code, message: said, step: at?.step ?? undefined, field: at?.field ?? undefined }
}

/** The part of a place that a form cannot point at. */
function placesWithin(at: NonNullable<Problem['refused']>['at'] | undefined): string[] {
  const { row, line, column } = at ?? {}
  const places = [row && `row ${row}`, line && `line ${line}`, column && `column ${column}`].filter(Boolean)
  return places.length > 0 ? [places.join(', ')] : []
}

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
