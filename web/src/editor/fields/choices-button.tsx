import { ActionIcon, Loader, Menu, Text } from '@mantine/core'
import { IconListSearch } from '@tabler/icons-react'
import { type Choice, useAskedStep } from '../state/use-asked-step.ts'
import type { FieldProps } from './field-props.ts'

/** Asks the service what the field may hold, with what is written in the form so far. */
export function ChoicesButton({
  field,
  values,
  onChange,
}: Pick<FieldProps, 'field' | 'values' | 'onChange'>) {
  const { ask, busy, answer, problem } = useAskedStep<readonly Choice[]>(values, { choicesOf: field.name })
  const choices = Array.isArray(answer) ? answer : []
  return (
    <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false} onOpen={ask}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Choose ${field.label}`}>
          <IconListSearch size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }} aria-busy={busy}>
        {busy && <Loader size="xs" m="xs" />}
        {problem && (
          <Text size="sm" p="xs" c="var(--mantine-color-error)" maw={280}>
            {problem}
          </Text>
        )}
        {!busy && !problem && choices.length === 0 && (
          <Text size="sm" p="xs" c="dimmed">
            The service offers nothing.
          </Text>
        )}
        {!busy && choices.length === 0 && (
          <Menu.Item closeMenuOnClick={false} onClick={ask}>
            Ask again
          </Menu.Item>
        )}
        {choices.map(({ value, label }) => (
          <Menu.Item key={value} onClick={() => onChange(value)}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
