import { Button, Group, Stack, Text } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Entrance } from '../layout/entrance.tsx'
import { PageHeading } from '../layout/page-heading.tsx'
import { ButtonLink } from './link.tsx'

export function NotFoundPage() {
  return (
    <Entrance title="There is nothing here" lead="The address may have been mistyped.">
      <ButtonLink to="/">Go to Lockstep</ButtonLink>
    </Entrance>
  )
}

/** The same page inside a workspace, whose navigation stays. */
export function NotFoundInWorkspace() {
  return (
    <Stack gap="md" align="flex-start" className="page">
      <PageHeading text="There is nothing here" />
      <Text c="dimmed">The address may have been mistyped, or what was here is gone.</Text>
      <ButtonLink to="/" variant="default">
        Go to your workspace
      </ButtonLink>
    </Stack>
  )
}

/** Replaces a page that could not be shown, because of a bug or of code that could not be loaded. */
export function BrokenPage({ reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Stack gap="md" align="flex-start" className="page">
      <PageHeading text="This page could not be shown" />
      <Text c="dimmed">Check your connection, then try again.</Text>
      <Group gap="xs">
        <Button onClick={retry}>Try again</Button>
        <Button variant="default" onClick={() => window.location.reload()}>
          Load Lockstep anew
        </Button>
      </Group>
    </Stack>
  )
}
