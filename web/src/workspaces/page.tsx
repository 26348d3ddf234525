import { Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { PageHeading } from '../layout/page-heading.tsx'
import { useWorkspace } from './workspace-context.ts'

/** A page of a workspace: its heading, what can be done beside it, and a sentence on what it is for. */
export function Page({
  title,
  lead,
  actions,
  wide,
  children,
}: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  /** Whether the page uses the whole width. Text is easier to read on a narrower page. */
  wide?: boolean
  children: ReactNode
}) {
  const { name } = useWorkspace()
  return (
    <Stack gap="lg" className={wide ? 'page wide' : 'page'}>
      <div>
        <Group justify="space-between" align="flex-start">
          <PageHeading text={title} context={name} />
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {lead && (
          <Text c="dimmed" size="sm" mt={{ base: 10, sm: 4 }} maw={640}>
            {lead}
          </Text>
        )}
      </div>
      {children}
    </Stack>
  )
}
