import { Collapse, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { RedactedText } from '../redaction/redacted-text.tsx'
import { duration } from '../time/duration.ts'
import type { Run } from './run.ts'

type StepRun = Run['steps'][number]

/** How far a step is. Without a total the bar only says that it is at work. */
export function StepProgress({
  name,
  progress,
}: {
  name: string
  progress: NonNullable<StepRun['progress']>
}) {
  const { done, total } = progress
  const known = total === null ? {} : { max: total, value: done }
  return (
    <div className="step-progress">
      <progress aria-label={`Progress of ${name}`} {...known} />
      <Text size="sm" c="dimmed">
        {inWords(progress)}
      </Text>
    </div>
  )
}

const count = new Intl.NumberFormat('en')

/** `3 of 10`, or `3 done`. */
export function inWords({ done, total }: NonNullable<StepRun['progress']>): string {
  return total === null ? `${count.format(done)} done` : `${count.format(done)} of ${count.format(total)}`
}

/** The lines that a step has written, folded. */
export function StepLog({ name, log }: { name: string; log: NonNullable<StepRun['log']> }) {
  const [open, setOpen] = useState(false)
  const panel = useId()
  const all = log.lines.length + log.leftOut
  return (
    <div>
      <UnstyledButton
        className="step-log-head"
        aria-expanded={open}
        aria-controls={panel}
        onClick={() => setOpen(!open)}
      >
        <IconChevronRight size={14} aria-hidden className="step-fold" data-open={open} />
        <Text span size="sm">
          Log of {name}, {count.format(all)} {all === 1 ? 'line' : 'lines'}
        </Text>
      </UnstyledButton>
      <Collapse expanded={open} id={panel}>
        {open && <Lines log={log} />}
      </Collapse>
    </div>
  )
}

function Lines({ log: { lines, leftOut } }: { log: NonNullable<StepRun['log']> }) {
  return (
    <>
      {leftOut > 0 && (
        <Text size="sm" c="dimmed">
          {count.format(leftOut)} lines before these were not kept.
        </Text>
      )}
      <ol className="step-log">
        {lines.map(({ level, afterSeconds, text }, index) => (
          // Lines have nothing else to tell them apart, and none is moved.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above.
          <li key={leftOut + index} data-level={level}>
            <span className="step-log-time">{duration(afterSeconds * 1000)}</span>
            <span className="step-log-text">
              {LEVELS.get(level)}
              <RedactedText text={text} />
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

const LEVELS = new Map<string, string>([
  ['WARN', 'Warning: '],
  ['ERROR', 'Error: '],
])
