import { IconWifiOff } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'

/**
 * Tells a person that the browser has no connection. The page stays, and is loaded again when the connection is back.
 */
export function OfflineBar() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  return (
    <div role="status" className="offline-place">
      {!online && (
        <div className="offline-bar">
          <IconWifiOff size={16} aria-hidden />
          You are offline. What you see may be out of date; nothing can be saved until you are back.
        </div>
      )}
    </div>
  )
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('online', onChange)
  window.addEventListener('offline', onChange)
  return () => {
    window.removeEventListener('online', onChange)
    window.removeEventListener('offline', onChange)
  }
}
