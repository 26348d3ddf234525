import { Button, Collapse, Stack } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'

/** Fields that few people need. A button shows and hides them. @param open shows them in any case. */
export function Fold({
  label,
  startsOpen = false,
  open,
  children,
}: {
  label: ReactNode
  startsOpen?: boolean
  open: boolean
  children: ReactNode
}) {
  const id = useId()
  const [opened, setOpened] = useState(startsOpen)
  const shown = opened || open
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        h="auto"
        mih={26}
        justify="flex-start"
        styles={{ label: { whiteSpace: 'normal', textAlign: 'left' } }}
        leftSection={<IconChevronRight size={14} className={shown ? 'turned' : undefined} aria-hidden />}
        aria-expanded={shown}
        aria-controls={id}
        onClick={() => setOpened(!shown)}
      >
        {label}
      </Button>
      <Collapse expanded={shown} id={id}>
        <Stack gap="sm" pt="sm" pl="md">
          {children}
        </Stack>
      </Collapse>
    </div>
  )
}
