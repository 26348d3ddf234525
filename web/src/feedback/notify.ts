import { notifications } from '@mantine/notifications'
import type { Problem } from '../api/problem.ts'

const SHOWN_FOR = 6000

/** Tells for some seconds what was done: `notify('STRIPE_KEY was added.')`. A screen reader says it, too. */
export function notify(message: string): void {
  notifications.show({ message, autoClose: SHOWN_FOR, withBorder: true, role: 'status' })
}

/** Tells what did not work, where no form can show it. */
export function notifyProblem({ message }: Problem): void {
  notifications.show({ message, color: 'red', autoClose: SHOWN_FOR * 2, withBorder: true, role: 'alert' })
}
