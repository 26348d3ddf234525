import { Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'

/** A section of the explorer, whose heading shows and hides what is in it. @param forced shows it, as a search does. */
export function SectionFold({
  name,
  heading,
  startsOpen,
  forced,
  beside,
  className,
  children,
}: {
  name: string
  heading: ReactNode
  startsOpen: boolean
  forced: boolean
  /** Stands beside the heading. */
  beside?: ReactNode
  className?: string
  children: ReactNode
}) {
  const id = useId()
  const [opened, setOpened] = useState<boolean | undefined>(undefined)
  const shown = forced || (opened ?? startsOpen)
  return (
    <section aria-label={name} className={className}>
      <div className="section-head">
        <Text size="xs" fw={600} c="dimmed" component="h3">
          <UnstyledButton
            className="section-toggle"
            aria-label={`Section ${name}`}
            aria-expanded={shown}
            aria-controls={id}
            disabled={forced}
            onClick={() => setOpened(!shown)}
          >
            <IconChevronRight size={13} className={shown ? 'turned' : undefined} aria-hidden />
            {heading}
          </UnstyledButton>
        </Text>
        {beside}
      </div>
      <div id={id} className="section-content" hidden={!shown}>
        {shown && children}
      </div>
    </section>
  )
}
