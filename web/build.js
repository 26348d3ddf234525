// @ts-check
// `npm run build`: builds the web app, unless it is built from just these sources already.
import { fileURLToPath } from 'node:url'
import { isBuiltFromSources } from './sources.js'

const root = fileURLToPath(new URL('.', import.meta.url))

if (!isBuiltFromSources()) {
  const { build } = await import('vite')
  await build({ root, logLevel: 'warn' })
}
