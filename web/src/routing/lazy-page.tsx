import { Button, Group, Stack, Text } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { PageSkeleton } from '../feedback/skeletons.tsx'

/**
 * A page whose code is loaded when it is opened. One that cannot be loaded says so inside of the app, and is tried again:
 * the router's own would load the whole document anew, which without a connection ends in an error page of the browser.
 */
export function lazyPage<Name extends string>(
  load: () => Promise<Record<Name, () => ReactNode>>,
  name: Name,
): (() => ReactNode) & { preload(): Promise<void> } {
  let Loaded: (() => ReactNode) | undefined
  const fetchPage = async () => {
    Loaded = (await load())[name]
  }
  // biome-ignore lint/correctness/noComponentHookFactories: called once for each page, when the module is loaded.
  function LazyPage() {
    const [failed, setFailed] = useState<boolean>(false)
    const [attempt, setAttempt] = useState(0)
    // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt loads it once more.
    useEffect(() => {
      if (Loaded) return
      let gone = false
      const ended = (failure: boolean) => {
        if (gone) return
        setFailed(failure)
        if (!failure) setAttempt(-1)
      }
      fetchPage().then(
        () => ended(false),
        () => ended(true),
      )
      return () => {
        gone = true
      }
    }, [attempt])
    if (Loaded) return <Loaded />
    return failed ? <Unfetched attempt={attempt} onRetry={() => setAttempt(attempt + 1)} /> : <PageSkeleton />
  }
  // What cannot be loaded ahead is loaded when it is opened.
  return Object.assign(LazyPage, { preload: () => fetchPage().catch(() => undefined) })
}

/** @param attempt how often it was tried again. */
function Unfetched({ attempt, onRetry }: { attempt: number; onRetry: () => void }) {
  useEffect(() => {
    window.addEventListener('online', onRetry)
    return () => window.removeEventListener('online', onRetry)
  }, [onRetry])
  // biome-ignore lint/correctness/useExhaustiveDependencies: some browsers remember that a file could not be loaded.
  useEffect(() => void loadAnewIfReplaced(), [attempt])
  return (
    <Stack gap="md" align="flex-start" className="page" role="alert">
      <Text fw={600} component="h1">
        This page is not loaded yet
      </Text>
      <Text c="dimmed">
        Lockstep could not be reached. The page appears by itself once the connection is back.
      </Text>
      <Group gap="xs">
        <Button onClick={onRetry}>Try again</Button>
      </Group>
    </Stack>
  )
}

/**
 * After an update the server has other files, and only a new document knows their names. A document that was loaded
 * anew already does not do that again: the file is missing for another reason then.
 */
async function loadAnewIfReplaced(): Promise<void> {
  const [navigation] = performance.getEntriesByType('navigation')
  if (navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload') return
  const answer = await fetch('/', { method: 'HEAD', cache: 'no-store' }).catch(() => undefined)
  if (answer?.ok) window.location.reload()
}
