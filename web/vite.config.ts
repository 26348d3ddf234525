import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The API serves a session only to pages of the host it was asked as, so the Host header stays the browser's.
const api = { target: 'http://127.0.0.1:4000', changeOrigin: false }

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // Whoever serves the page puts one of its own into it, fresh for each answer: see src/api/web-app.ts.
  html: { cspNonce: '{{nonce}}' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The Content-Security-Policy allows no data: address, so nothing is inlined.
    assetsInlineLimit: 0,
    // What a page loads first has a budget: test/web/bundle.test.ts holds it.
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { '/graphql': api, '/api': api } },
})
