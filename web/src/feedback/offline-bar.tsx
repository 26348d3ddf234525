import { IconWifiOff } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'

/** Says so while the browser has no connection. What is shown stays, and is fetched anew when it is back. */
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
