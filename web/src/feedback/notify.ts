import { notifications } from '@mantine/notifications'
import type { Problem } from '../api/problem.ts'

const SHOWN_FOR = 6000

/** Says for a while what was done: `notify('STRIPE_KEY was added.')`. A screen reader says it, too. */
export function notify(message: string): void {
  notifications.show({ message, autoClose: SHOWN_FOR, withBorder: true, role: 'status' })
}

/** Says what did not work, where there is no form to say it in. */
export function notifyProblem({ message }: Problem): void {
  notifications.show({ message, color: 'red', autoClose: SHOWN_FOR * 2, withBorder: true, role: 'alert' })
}
