import { useBlocker } from '@tanstack/react-router'

export interface Leaving {
  /** Whether the person is about to leave the page, and has to be asked. */
  isAsked: boolean
  stay(): void
  leave(): void
}

/** Keeps a person from leaving the page, and from closing it, without being asked. @param wouldLose whether to ask. */
export function useLeaving(wouldLose: () => boolean): Leaving {
  const { status, proceed, reset } = useBlocker({
    // A person whose session has ended signs in and comes back.
    shouldBlockFn: ({ next }) => wouldLose() && next.pathname !== '/sign-in',
    enableBeforeUnload: wouldLose,
    withResolver: true,
  })
  return { isAsked: status === 'blocked', stay: () => reset?.(), leave: () => proceed?.() }
}
