import type { Notifications as Messages } from '@mantine/notifications'
import { useEffect, useState } from 'react'
import { loadNotifications, onNotificationsLoaded } from './notify.ts'

/**
 * Where messages appear. What shows them is loaded when a person first does something, because messages follow
 * from that: it is there before the connection can be lost, and the first page does not wait for it.
 */
export function NotificationsPlace() {
  const [Shown, setShown] = useState<typeof Messages>()
  useEffect(() => onNotificationsLoaded(({ Notifications }) => setShown(() => Notifications)), [])
  useEffect(() => {
    // Without a connection the next click tries again.
    const load = () => void loadNotifications().catch(() => undefined)
    window.addEventListener('pointerdown', load)
    window.addEventListener('keydown', load)
    return () => {
      window.removeEventListener('pointerdown', load)
      window.removeEventListener('keydown', load)
    }
  }, [])
  return Shown && <Shown position="bottom-right" />
}
