import { createRedactor } from '../../redactor/index.ts'
import { Sensitive } from '../../sensitive.ts'
import type { StoredError } from '../../store/entities/index.ts'
import type { Observation } from './observe-step.ts'
import { type Confidential, hintIn, Traces } from './traces.ts'

/** A text that a person may see, both before and after redaction. */
interface Shown {
  readonly place: string
  readonly text: string
  /** Empty in a place where values are expected, and masked. */
  readonly trueText: string
}

interface LeakOptions {
  /** Whether servers send back what they get. */
  readonly echoed: boolean
  /** Places where digests may be seen. */
  readonly digests: readonly string[]
  /** Values of earlier runs, which the step must not have any more. */
  readonly before: readonly Confidential[]
}

/**
 * The visible parts of the values, by place. Where the step itself chooses the words, no value may occur at all.
 * Anywhere else nothing may be left that the redactor does not mask.
 */
export function leaksIn(
  observation: Observation,
  values: readonly Confidential[],
  { echoed, digests, before }: LeakOptions,
): string[] {
  const traces = new Traces([...values, ...before])
  const guarded = createRedactor({ inPlace: true })
  for (const value of observation.guarded) guarded.learn(['PROTECTED'], new Sensitive(value))
  const derived = new Traces(observation.derived.map((value) => ({ name: 'a secret, filtered', value })))
  const leakOf = ({ place, text, trueText }: Shown): string | undefined => {
    const own = guarded.text(trueText)
    const mayBeDigest = digests.includes(place)
    return traces.whole(own) ?? derived.whole(own) ?? traces.whole(text) ?? traces.changed(text, mayBeDigest)
  }
  const found = placesOf(observation, echoed).flatMap((shown) => {
    const leak = leakOf(shown)
    return leak === undefined ? [] : [`${shown.place} ${leak}`]
  })
  const kept = new Traces(before)
  const resent = observation.sent.flatMap((text, index) => {
    const leak = kept.whole(text)
    return leak === undefined ? [] : [`request ${index + 1} ${leak}`]
  })
  const stays = observation.goesOn
    ? ['goes on when it is told to stop: pass context.signal to what waits']
    : []
  const all = [...found, ...resent, ...stays]
  return all.length > 0 ? all : savedLeaks(observation, traces, digests.length > 0)
}

/** The places where the first or the last characters of a value are visible, unless they are there by chance. */
export function hintsIn(observation: Observation, values: readonly Confidential[]): string[] {
  return placesOf(observation, true).flatMap(({ place, text }) => {
    const hint = hintIn(text, values)
    return hint === undefined ? [] : [`${place} ${hint}`]
  })
}

function placesOf(
  { outcome, trueError, trueProgress, lines, stored, files }: Observation,
  echoed: boolean,
): Shown[] {
  const places = leaves('output', outcome.output).map((it) => ({ ...it, trueText: '' }))
  const own = echoed
    ? []
    : leaves('output', outcome.trueOutput).map((it) => ({ ...it, trueText: it.text, text: '' }))
  const numbers = { log: 0, console: 0 }
  return [
    ...places,
    ...own,
    { place: 'error message', text: outcome.error?.message ?? '', trueText: trueError?.message ?? '' },
    { place: 'error place', text: placeText(outcome.error), trueText: placeText(trueError) },
    ...files.flatMap((it) =>
      [it.name, it.mediaType, it.text].map((text) => ({ place: `file ${it.name}`, text, trueText: '' })),
    ),
    { place: 'progress', text: amounts(outcome.progress), trueText: amounts(trueProgress) },
    ...stored.map((text, index) => ({ place: `line ${index + 1} in the run`, text, trueText: '' })),
    ...lines.map(({ place, ...texts }) => ({ place: `${place} line ${++numbers[place]}`, ...texts })),
  ]
}

const placeText = (error: StoredError | undefined) => (error?.at ? JSON.stringify(error.at) : '')

const amounts = (progress: Observation['trueProgress']) =>
  progress ? `${progress.done} ${progress.total ?? ''}` : ''

/** A value that is spread over several places shows only in the whole, as it is stored. */
function savedLeaks({ outcome, lines }: Observation, traces: Traces, digests: boolean): string[] {
  const { output, error } = outcome
  const saved = [JSON.stringify({ output, error }), lines.map(({ text }) => text).join('')]
  return saved.flatMap((it) => {
    const leak = traces.changed(it, digests)
    return leak === undefined ? [] : [`saved state ${leak}`]
  })
}

/** Every text in an output, including its keys, with its path. */
function leaves(place: string, value: unknown): { place: string; text: string }[] {
  if (typeof value !== 'object' || value === null) return [{ place, text: String(value ?? '') }]
  return Object.entries(value).flatMap(([key, it]) => [
    { place: `a key of ${place}`, text: key },
    ...leaves(Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`, it),
  ])
}
