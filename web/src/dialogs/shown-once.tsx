import { Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyField } from '../forms/copy-field.tsx'

/** The end of a dialog that has made a token or a link, which is shown only this once. */
export function ShownOnce({
  label,
  text,
  hint,
  onClose,
  children,
}: {
  label: string
  text: string
  hint: string
  onClose: () => void
  children?: ReactNode
}) {
  return (
    <Stack>
      <CopyField label={label} text={text} hint={hint} />
      {children}
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  )
}
