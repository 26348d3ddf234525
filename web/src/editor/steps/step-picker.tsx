import { Modal, Stack, Text, UnstyledButton } from '@mantine/core'
import { useRef, useState } from 'react'
import { SearchField } from '../../forms/search-field.tsx'
import { moveFocus } from '../../lists/move-focus.ts'
import { found } from '../../lists/search.ts'
import { StepIcon } from '../../step-icons/step-icon.tsx'
import type { StepType } from '../draft/step-types.ts'
import { useEditor } from '../state/editor-context.ts'

/** Which step to add. */
export function StepPicker({
  opened,
  onClose,
  onPick,
}: {
  opened: boolean
  onClose: () => void
  onPick: (type: StepType) => void
}) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a step" size="md" transitionProps={{ duration: 0 }}>
      <Choices
        onPick={(type) => {
          onClose()
          onPick(type)
        }}
      />
    </Modal>
  )
}

function Choices({ onPick }: { onPick: (type: StepType) => void }) {
  const { types } = useEditor()
  const [search, setSearch] = useState('')
  const list = useRef<HTMLUListElement>(null)
  const all = [...types.values()]
  const shown = search.trim() === '' ? all : found(search, all, (it) => `${it.title} ${it.description}`)
  return (
    <Stack gap="sm" onKeyDown={(event) => moveFocus(event, list.current, 'button')}>
      <SearchField
        label="Search step types"
        data-autofocus
        text={search}
        onChange={setSearch}
        onKeyDown={(event) => {
          const [best] = shown
          if (event.key === 'Enter' && best) onPick(best)
        }}
      />
      <ul className="step-types" ref={list}>
        {shown.map((type) => (
          <li key={type.type}>
            <UnstyledButton className="step-type" onClick={() => onPick(type)}>
              <Text size="sm" fw={600}>
                <StepIcon icon={type.icon} /> {type.title}
              </Text>
              <Text size="xs" c="dimmed">
                {type.description}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {shown.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          No step type is like “{search.trim()}”.
        </Text>
      )}
    </Stack>
  )
}
