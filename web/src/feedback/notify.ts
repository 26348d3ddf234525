import type { NotificationData } from '@mantine/notifications'
import type { Problem } from '../api/problem.ts'

type Library = typeof import('@mantine/notifications')

const SHOWN_FOR = 6000

let loading: Promise<Library> | undefined

/** Loads what shows messages, once. A load that failed is tried again by the next call. */
export function loadNotifications(): Promise<Library> {
  loading ??= import('@mantine/notifications').then(
    (library) => {
      for (const tell of waiting) tell(library)
      return library
    },
    (error: unknown) => {
      loading = undefined
      throw error
    },
  )
  return loading
}

const waiting = new Set<(library: Library) => void>()

/** Calls back when the library is loaded. @returns stops that. */
export function onNotificationsLoaded(tell: (library: Library) => void): () => void {
  waiting.add(tell)
  return () => waiting.delete(tell)
}

async function show(notification: NotificationData) {
  const { notifications } = await loadNotifications()
  notifications.show(notification)
}

/** Tells for some seconds what was done: `notify('STRIPE_KEY was added.')`. A screen reader says it, too. */
export function notify(message: string): void {
  void show({ message, autoClose: SHOWN_FOR, withBorder: true, role: 'status' })
}

/** Tells what did not work, where no form can show it. */
export function notifyProblem({ message }: Problem): void {
  void show({ message, color: 'red', autoClose: SHOWN_FOR * 2, withBorder: true, role: 'alert' })
}
