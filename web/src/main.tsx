import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './app.css'
import './preferences.css'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { pageNonce } from './layout/page-nonce.ts'

const place = document.getElementById('app')
if (!place) throw new Error('index.html has no #app')

// An open dialog adds a style sheet, which needs the nonce of the page.
setNonce(pageNonce())
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
