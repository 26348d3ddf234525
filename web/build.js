// @ts-check
// `npm run build`: builds the web app and its pages of the docs, unless they are built from just these sources already.
import { fileURLToPath } from 'node:url'
import { docsSources, writeDocs } from './docs.js'
import { isBuiltFromSources, recordSources } from './sources.js'

const root = fileURLToPath(new URL('.', import.meta.url))

if (!isBuiltFromSources()) {
  const { build } = await import('vite')
  await build({ root, logLevel: 'warn' })
}

// Building the web app empties the folder, in which they are.
const docs = {
  record: 'web/docs-built-from.json',
  result: 'web/dist/docs/index.html',
  always: ['package-lock.json', ...docsSources],
}
if (!isBuiltFromSources(docs)) {
  writeDocs()
  recordSources([], docs)
}
