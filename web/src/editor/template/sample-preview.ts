import { ExactNumber } from '../../../../src/exact-json.ts'

const LONGEST = 40

/** A value in a few words, by which a person recognises it. */
export function samplePreview(sample: unknown): string {
  if (sample === undefined || sample === null) return ''
  if (Array.isArray(sample)) return sample.length === 1 ? 'list of 1' : `list of ${sample.length}`
  if (typeof sample === 'object' && !(sample instanceof ExactNumber)) return ''
  const text = String(sample).replaceAll(/\s+/g, ' ')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
