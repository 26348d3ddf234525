import { useSortable } from '@dnd-kit/sortable'
import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconAlertCircle,
  IconArrowDown,
  IconArrowUp,
  IconCircleDashed,
  IconCopy,
  IconDots,
  IconGripVertical,
  IconTrash,
} from '@tabler/icons-react'
import { useMemo } from 'react'
import { StepIcon } from '../../step-icons/step-icon.tsx'
import { stepInWords } from '../draft/destination.ts'
import type { DraftStep } from '../draft/draft.ts'
import { type StepProblem, stepProblems } from '../draft/step-problems.ts'
import { useEditor } from '../state/editor-context.ts'
import { useStepEnvironment } from '../state/use-step-environment.ts'
import type { StepActions } from './use-step-actions.tsx'

interface RowProps {
  step: DraftStep
  at: number
  count: number
  selected: boolean
  actions: StepActions
}

/** One step in the list. A person selects it, drags it, and finds more in its menu. */
export function StepRow(props: RowProps) {
  const { step, selected, actions } = props
  const { types } = useEditor()
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({
      id: step.id,
    })
  const type = types.get(step.type)
  const title = stepInWords(step, type)
  const moved = transform ? `translate3d(${transform.x}px, ${transform.y}px, 0)` : undefined
  return (
    <li
      ref={setNodeRef}
      className={isDragging ? 'step-row dragged' : 'step-row'}
      style={{ transform: moved, transition }}
    >
      <button
        type="button"
        ref={setActivatorNodeRef}
        {...attributes}
        {...listeners}
        className="grip"
        aria-label={`Move step ${step.key}`}
      >
        <IconGripVertical size={14} aria-hidden />
      </button>
      <UnstyledButton
        className="step-name"
        data-step={step.key}
        aria-current={selected ? 'step' : undefined}
        onClick={() => actions.select(step.id)}
      >
        <span className="step-title" title={title}>
          <StepIcon icon={type?.icon} /> {title}
        </span>
        <code title={step.key}>{step.key}</code>
        <Marker step={step} />
      </UnstyledButton>
      <RowMenu {...props} />
    </li>
  )
}

function Marker({ step }: { step: DraftStep }) {
  const problem = useFirstProblem(step)
  if (!problem) return null
  const Icon = problem.kind === 'wrong' ? IconAlertCircle : IconCircleDashed
  return (
    <Tooltip label={problem.message} multiline maw={280}>
      <span className={`marker ${problem.kind}`}>
        <Icon size={16} role="img" aria-label={problem.message} />
      </span>
    </Tooltip>
  )
}

function useFirstProblem(step: DraftStep): Omit<StepProblem, 'field'> | undefined {
  const { types, refusal } = useEditor()
  const { scope } = useStepEnvironment(step.id)
  const type = types.get(step.type)
  const problems = useMemo(() => (type ? stepProblems(step, type, scope) : []), [step, type, scope])
  if (refusal?.step === step.key) return { kind: 'wrong', message: refusal.message }
  if (!type) return { kind: 'wrong', message: `There is no step type ${step.type} here.` }
  return problems.find(({ kind }) => kind === 'wrong') ?? problems[0]
}

function RowMenu({ step, at, count, actions }: RowProps) {
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`More for step ${step.key}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconArrowUp size={14} aria-hidden />}
          disabled={at === 0}
          onClick={() => actions.move(step.id, at - 1)}
        >
          Move up
        </Menu.Item>
        <Menu.Item
          leftSection={<IconArrowDown size={14} aria-hidden />}
          disabled={at === count - 1}
          // An item that is disabled takes no focus, and without it no key reaches the menu.
          data-autofocus={(at === 0 && count > 1) || undefined}
          onClick={() => actions.move(step.id, at + 1)}
        >
          Move down
        </Menu.Item>
        <Menu.Item
          leftSection={<IconCopy size={14} aria-hidden />}
          data-autofocus={count === 1 || undefined}
          onClick={() => actions.duplicate(step.id)}
        >
          Duplicate
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconTrash size={14} aria-hidden />}
          onClick={() => actions.remove(step.id)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
