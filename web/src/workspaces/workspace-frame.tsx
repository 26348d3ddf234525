import { Alert, AppShell, Burger, Group, Stack, Text } from '@mantine/core'
import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { useLocation } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useQuery } from 'urql'
import { NotLoaded } from '../feedback/not-loaded.tsx'
import { PageSkeleton } from '../feedback/skeletons.tsx'
import { PauseDocument, WorkspaceDocument } from '../gql/graphql.ts'
import { Logo } from '../layout/logo.tsx'
import { PageHeading } from '../layout/page-heading.tsx'
import { useLookAgain } from '../lists/use-look-again.ts'
import type { Open } from '../palette/open.ts'
import { Shortcuts } from '../palette/shortcuts.tsx'
import { ButtonLink } from '../routing/link.tsx'
import { Sidebar } from './sidebar.tsx'
import { WorkspaceContext } from './workspace-context.ts'

const NARROW = '(max-width: 47.99em)'
// In milliseconds.
const LOOK_AGAIN = 10_000

/**
 * The navigation, the page beside it, and the workspace that the page is about. On a small screen the navigation lies
 * over the page.
 */
export function WorkspaceFrame({ id, children }: { id: string; children: ReactNode }) {
  const [opened, { open, close }] = useDisclosure()
  const [found, setFound] = useState<Open>()
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
  const burger = useRef<HTMLButtonElement>(null)
  const { pathname } = useLocation()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu of a small screen closes when the page changes.
  useEffect(close, [pathname])
  const closeAndReturn = () => {
    flushSync(close)
    burger.current?.focus()
  }
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <AppShell
        layout="alt"
        header={{ height: { base: 52, sm: 0 } }}
        navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding="md"
      >
        <AppShell.Header hiddenFrom="sm" px="md">
          <Group h="100%" gap="sm">
            <Burger
              ref={burger}
              opened={opened}
              onClick={open}
              size="sm"
              aria-label="Menu"
              aria-expanded={opened}
            />
            <Logo />
            <Text fw={600}>Lockstep</Text>
          </Group>
        </AppShell.Header>
        {/* The Tab key skips the menu while it is hidden, and the page while the menu lies over it. */}
        <AppShell.Navbar
          p="sm"
          inert={narrow && !opened}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && opened) closeAndReturn()
          }}
        >
          <Sidebar
            workspace={id}
            opened={opened}
            onClose={closeAndReturn}
            onGoTo={() => {
              if (opened) closeAndReturn()
              setFound('palette')
            }}
          />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} inert={narrow && opened}>
          <OpenWorkspace id={id}>{children}</OpenWorkspace>
        </AppShell.Main>
      </AppShell>
      <Shortcuts workspace={id} open={found} setOpen={setFound} />
    </>
  )
}

function OpenWorkspace({ id, children }: { id: string; children: ReactNode }) {
  const [answer, reload] = useQuery({ query: WorkspaceDocument, variables: { id } })
  // The answer reaches the workspace above through the cache. When there is none, the page stays as it is.
  const [, lookForPause] = useQuery({ query: PauseDocument, variables: { id }, pause: true })
  useLookAgain(lookForPause, LOOK_AGAIN)
  const workspace = answer.data?.workspace
  if (workspace?.id === id) {
    return (
      <WorkspaceContext value={workspace}>
        {workspace.paused !== null && (
          <Alert color="yellow" variant="light" mb="md" title="No run begins" role="note">
            {workspace.paused}
          </Alert>
        )}
        {children}
      </WorkspaceContext>
    )
  }
  if (answer.fetching || answer.error) {
    return <NotLoaded answer={answer} reload={reload} skeleton={<PageSkeleton />} />
  }
  return (
    <Stack gap="md" align="flex-start" className="page">
      <PageHeading text="There is no such workspace" />
      <Text c="dimmed">
        It does not exist, or you are not a member of it. Ask one of its admins to invite you.
      </Text>
      <ButtonLink to="/" variant="default">
        Go to your workspaces
      </ButtonLink>
    </Stack>
  )
}
