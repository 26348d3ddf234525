import type { Draft, DraftStep } from './draft.ts'

/** What is different in two versions of an automation, in words. It names steps and fields, and shows no content. */
export function differences(theirs: Draft, mine: Draft): string[] {
  const mineByKey = new Map(mine.steps.map((it) => [it.key, it]))
  const theirKeys = new Set(theirs.steps.map(({ key }) => key))
  return [
    theirs.name !== mine.name && `The name: “${theirs.name}” there, “${mine.name}” here.`,
    !same(theirs.hookSignature, mine.hookSignature) && 'The signature of the hook.',
    !same(theirs.hookAnswer, mine.hookAnswer) && 'The answer of the hook.',
    !same(theirs.schedule, mine.schedule) && 'The schedule.',
    ...theirs.steps.filter(({ key }) => !mineByKey.has(key)).map(({ key }) => `Step ${key} is only there.`),
    ...mine.steps.filter(({ key }) => !theirKeys.has(key)).map(({ key }) => `Step ${key} is only here.`),
    ...theirs.steps.flatMap((it) => stepDifferences(it, mineByKey.get(it.key))),
    !same(order(theirs, mineByKey), order(mine, theirKeys)) && 'The order of the steps.',
  ].filter((it) => it !== false)
}

function stepDifferences(theirs: DraftStep, mine: DraftStep | undefined): string[] {
  if (!mine) return []
  if (theirs.type !== mine.type) return [`Step ${mine.key} is of another type.`]
  const names = new Set([...Object.keys(theirs.fields), ...Object.keys(mine.fields)])
  const fields = [...names].filter((name) => !same(theirs.fields[name], mine.fields[name]))
  const settings = [
    theirs.timeoutSeconds !== mine.timeoutSeconds && 'timeout',
    !same(theirs.retry, mine.retry) && 'retries',
    theirs.onError !== mine.onError && 'what happens when it fails',
  ].filter((it) => it !== false)
  const parts = [...fields, ...settings]
  return parts.length > 0 ? [`Step ${mine.key}: ${parts.join(', ')}.`] : []
}

const order = ({ steps }: Draft, others: { has(key: string): boolean }) =>
  steps.map(({ key }) => key).filter((key) => others.has(key))

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
