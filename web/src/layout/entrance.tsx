import { Center, Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Logo } from './logo.tsx'
import { PageHeading } from './page-heading.tsx'

/** The frame of the pages outside a workspace, such as signing in. It is one card with one thing to do. */
export function Entrance({
  title,
  lead,
  children,
}: {
  title: string
  lead?: ReactNode
  children: ReactNode
}) {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper w="100%" maw={400} p="xl" withBorder shadow="xs">
        <Stack gap="md">
          <Logo />
          <div>
            <PageHeading text={title} />
            {lead && (
              <Text c="dimmed" mt={4}>
                {lead}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Paper>
    </Center>
  )
}
