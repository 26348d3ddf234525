/**
 * The coding of an answer that the client likes best (RFC 9110, section 12.5.3).
 *
 * @param header `Accept-Encoding`.
 * @param ours the codings that there are; of those that the client likes equally, the first.
 * @returns undefined for the answer as it is. It is given too when the client refuses it and takes none of ours.
 */
export function acceptedCoding<Coding extends string>(
  header: string | null | undefined,
  ours: readonly Coding[],
): Coding | undefined {
  const weights = new Map((header ?? '').toLowerCase().split(',').map(weightIn))
  const weightOf = (it: string) => weights.get(it) ?? weights.get('*') ?? 0
  const best = Math.max(...ours.map(weightOf))
  if (best === 0 || best < (weights.get('identity') ?? 0)) return undefined
  return ours.find((it) => weightOf(it) === best)
}

/** What is no weight counts as none: a client that cannot be understood gets the answer as it is. */
function weightIn(range: string): [name: string, weight: number] {
  const [name = '', ...parameters] = range.split(';').map((it) => it.trim())
  const weight = parameters.find((it) => it.startsWith('q='))?.slice(2) ?? '1'
  return [name === 'x-gzip' ? 'gzip' : name, WEIGHT.test(weight) ? Number(weight) : 0]
}

const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/
