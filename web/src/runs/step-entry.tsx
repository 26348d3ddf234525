import { Collapse, Group, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { DocsLink, ErrorCode, ErrorHelp } from '../docs/docs-link.tsx'
import { JsonTree } from '../json/json-tree.tsx'
import { RedactedText, SecretMark } from '../redaction/redacted-text.tsx'
import { StepIcon } from '../step-icons/step-icon.tsx'
import { between, duration } from '../time/duration.ts'
import { adviceFor } from './advice.ts'
import type { Run } from './run.ts'
import { type Status, StatusIcon, statusLabel } from './status.tsx'
import { StepFiles } from './step-files.tsx'
import { StepHelp } from './step-help.tsx'
import { inWords, StepLog, StepProgress } from './step-report.tsx'

type StepRun = Run['steps'][number]

/** When the run began and ended, and what time it is (milliseconds). */
export interface Span {
  from: number
  to: number
  now: number
}

/** One step of a run. @param step undefined when the step has not begun. @param ended whether the run has ended. */
export function StepEntry({
  automation,
  name,
  title,
  icon,
  step,
  ended,
  span,
}: {
  automation: string
  name: string
  title: string
  icon: string | null | undefined
  step: StepRun | undefined
  ended: boolean
  span: Span
}) {
  const status = statusOf(step)
  const [chosen, setChosen] = useState<boolean | undefined>(undefined)
  const panel = useId()
  // A failed step is open at once, because people come to see what went wrong.
  const open = step !== undefined && (chosen ?? status === 'FAILED')
  return (
    <li className="row step-entry">
      <UnstyledButton
        className="step-head"
        aria-expanded={open}
        aria-controls={panel}
        disabled={!step}
        onClick={() => setChosen(!open)}
      >
        <StatusIcon status={status} />
        <span className="step-name">
          <StepIcon icon={icon} />{' '}
          <Text span size="sm" fw={500}>
            {name}
          </Text>{' '}
          <Text span size="sm" c="dimmed">
            {title}
          </Text>
        </span>
        <Bar step={step} span={span} />
        <Text span size="sm" c="dimmed" className="step-when">
          {step?.startedAt ? duration(between(step.startedAt, step.finishedAt, span.now)) : ''}{' '}
          <span>{!step && ended ? 'Not reached' : statusLabel(status)}</span>
        </Text>
        <IconChevronRight size={16} aria-hidden className="step-fold" data-open={open} />
      </UnstyledButton>
      {status === 'RUNNING' && step?.progress && <StepProgress name={name} progress={step.progress} />}
      <Collapse expanded={open} id={panel}>
        {open && step && <StepDetail automation={automation} name={name} step={step} />}
      </Collapse>
    </li>
  )
}

function statusOf(step: StepRun | undefined): Status {
  if (!step) return 'PENDING'
  switch (step.status) {
    case 'RUNNING':
    case 'SUCCEEDED':
    case 'FAILED':
    case 'CANCELLED':
      return step.status
    case 'QUEUED':
      return step.error ? 'WAITING' : 'QUEUED'
    default:
      return 'PENDING'
  }
}

function Bar({ step, span: { from, to, now } }: { step: StepRun | undefined; span: Span }) {
  const style = step?.startedAt
    ? {
        left: `${(100 * (Date.parse(step.startedAt) - from)) / (to - from)}%`,
        width: `${Math.max(1, (100 * between(step.startedAt, step.finishedAt, now)) / (to - from))}%`,
      }
    : { width: 0 }
  return (
    <span className="step-track" aria-hidden>
      <span className="step-bar" data-status={statusOf(step)} style={style} />
    </span>
  )
}

function StepDetail({ automation, name, step }: { automation: string; name: string; step: StepRun }) {
  const { status } = step
  return (
    <div className="step-detail">
      {step.error && <StepProblem error={step.error} attempt={step.attempt} output={step.output} />}
      {step.error && <StepHelp automation={automation} step={name} error={step.error} />}
      {step.secrets.length > 0 && (
        <Group gap={6}>
          <Text size="sm" c="dimmed">
            Secrets used:
          </Text>
          {step.secrets.map((secret) => (
            <SecretMark key={secret} name={secret} />
          ))}
          <Text size="sm">
            <DocsLink to="masked" about="masked values" />
          </Text>
        </Group>
      )}
      {step.progress && (status === 'FAILED' || status === 'CANCELLED') && (
        <Text size="sm" c="dimmed">
          It came to {inWords(step.progress)}.
        </Text>
      )}
      {step.log && <StepLog name={name} log={step.log} />}
      {step.files.length > 0 && <StepFiles files={step.files} />}
      {step.output !== null && <JsonTree value={step.output} label={`Output of ${name}`} />}
      {step.output === null && !step.error && (
        <Text size="sm" c="dimmed">
          {step.finishedAt ? 'Its output is shown when the run has ended.' : 'Nothing to show yet.'}
        </Text>
      )}
    </div>
  )
}

function StepProblem({
  error,
  attempt,
  output,
}: {
  error: NonNullable<StepRun['error']>
  attempt: number
  output: unknown
}) {
  const advice = adviceFor(error.code, output)
  return (
    <div>
      <Text size="sm" fw={500}>
        <RedactedText text={error.message} />
      </Text>
      <Text size="sm" c="dimmed">
        {advice} {attempt > 1 && `This was attempt ${attempt}.`} <ErrorHelp code={error.code} />{' '}
        <ErrorCode code={error.code} />
      </Text>
    </div>
  )
}
