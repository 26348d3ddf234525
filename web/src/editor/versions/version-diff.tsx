import { Text } from '@mantine/core'
import { diffArrays } from 'diff'
import type { Draft } from '../draft/draft.ts'
import { linesOf } from './draft-lines.ts'

const SIGNS = { added: '+', removed: '−', same: ' ' }
const WORDS = { added: 'added', removed: 'taken away', same: '' }

/** What changes from one version to another, line by line. A sign says it as well as the colour. */
export function VersionDiff({ from, to }: { from: Draft; to: Draft }) {
  const parts = diffArrays(linesOf(from), linesOf(to))
  if (parts.every(({ added, removed }) => !added && !removed))
    return <Text size="sm">They are the same.</Text>
  const lines = parts.flatMap(({ added, removed, value }) => {
    const kind = added ? 'added' : removed ? 'removed' : 'same'
    return value.map((text) => ({ kind, text }) as const)
  })
  return (
    <section className="version-diff" aria-label="What is different">
      {/* What scrolls takes the focus, so that the keyboard scrolls it too. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as said */}
      <pre tabIndex={0}>
        {lines.map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and never move
          <span key={index} data-kind={kind}>
            <span aria-hidden>{SIGNS[kind]} </span>
            {kind !== 'same' && <span className="said">{WORDS[kind]}: </span>}
            {text}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  )
}
