import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { Button, Text, UnstyledButton } from '@mantine/core'
import { IconBolt, IconPlus } from '@tabler/icons-react'
import type { DraftStep, Selection } from '../draft/draft.ts'
import { useEditor } from '../state/editor-context.ts'
import { StepRow } from './step-row.tsx'
import { type StepActions, useStepActions } from './use-step-actions.tsx'

/** The trigger and the steps, in the order in which they run. */
export function StepList({
  selected,
  onSelect,
  onAdd,
}: {
  selected: Selection
  onSelect: (selection: Selection) => void
  onAdd: () => void
}) {
  const { draft } = useEditor()
  const actions = useStepActions(selected, onSelect)
  return (
    <div className="step-list">
      <UnstyledButton
        className="step-row trigger-row"
        aria-current={selected === 'trigger' ? 'step' : undefined}
        onClick={() => onSelect('trigger')}
      >
        <IconBolt size={16} aria-hidden />
        <span>Trigger</span>
      </UnstyledButton>
      <SortableSteps steps={draft.steps} selected={selected} actions={actions} />
      {draft.steps.length === 0 && (
        <Text size="xs" c="dimmed" px={8}>
          No steps yet. A step sends a request, an email, a query…
        </Text>
      )}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={onAdd}
        data-add-step
      >
        Add step
      </Button>
    </div>
  )
}

function SortableSteps({
  steps,
  selected,
  actions,
}: {
  steps: readonly DraftStep[]
  selected: Selection
  actions: StepActions
}) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 5 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const drop = ({ active, over }: DragEndEvent) => {
    const to = steps.findIndex(({ id }) => id === over?.id)
    if (to !== -1 && active.id !== over?.id) actions.move(Number(active.id), to)
  }
  const keyOf = (id: string | number) => steps.find((it) => it.id === id)?.key ?? ''
  const announcements = {
    onDragStart: ({ active }: { active: { id: string | number } }) => `Picked up step ${keyOf(active.id)}.`,
    onDragOver: ({ over }: { over: { id: string | number } | null }) =>
      over ? `It would be number ${steps.findIndex(({ id }) => id === over.id) + 1} of ${steps.length}.` : '',
    onDragEnd: ({ active }: { active: { id: string | number } }) => `Step ${keyOf(active.id)} was put down.`,
    onDragCancel: ({ active }: { active: { id: string | number } }) =>
      `Step ${keyOf(active.id)} is back in its place.`,
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      onDragEnd={drop}
      accessibility={{ announcements, screenReaderInstructions: { draggable: INSTRUCTIONS } }}
    >
      <SortableContext items={steps.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
        <ol aria-label="Steps">
          {steps.map((step, at) => (
            <StepRow
              key={step.id}
              step={step}
              at={at}
              count={steps.length}
              selected={selected === step.id}
              actions={actions}
            />
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  )
}

const INSTRUCTIONS =
  'Press Space to pick the step up, the arrow keys to move it, Space again to put it down, Escape to leave it where it was.'
