// @ts-check
// `npm run build`: makes the pages of the docs that an instance serves, unless they are made from just these sources already.
import { isBuiltFromSources, recordSources } from '../web/sources.js'
import { docsSources, writeDocs } from './html.js'

// Building the web app empties the folder in which they are.
const docs = {
  record: 'web/docs-built-from.json',
  result: 'web/dist/docs/index.html',
  always: ['package-lock.json', ...docsSources],
}

if (!isBuiltFromSources(docs)) {
  writeDocs()
  recordSources([], docs)
}
