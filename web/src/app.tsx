import { MantineProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { useState } from 'react'
import { NotificationsPlace } from './feedback/notifications-place.tsx'
import { OfflineBar } from './feedback/offline-bar.tsx'
import { pageNonce } from './layout/page-nonce.ts'
import { createAppRouter } from './router.tsx'
import { SessionProvider } from './session/session.tsx'
import { cssVariables, theme } from './theme.ts'

export function App() {
  const [router] = useState(createAppRouter)
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={pageNonce}
    >
      <NotificationsPlace />
      <SessionProvider navigate={router.navigate}>
        <RouterProvider router={router} />
      </SessionProvider>
      <OfflineBar />
    </MantineProvider>
  )
}
