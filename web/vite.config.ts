import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { recordSources } from './sources.js'

// The API accepts a session only from pages of the requested host, so the proxy keeps the browser's Host header.
const api = { target: 'http://127.0.0.1:4000', changeOrigin: false }

/** Writes compressed files beside each asset, which the API serves to browsers that accept it. */
const compressAssets: Plugin = {
  name: 'compress-assets',
  writeBundle({ dir = '' }) {
    const assets = join(dir, 'assets')
    for (const file of readdirSync(assets)) {
      const content = readFileSync(join(assets, file))
      writeFileSync(join(assets, `${file}.gz`), gzipSync(content, { level: 9 }))
      writeFileSync(join(assets, `${file}.br`), brotliCompressSync(content))
    }
  },
}

/** A browser paints what stands before a style sheet, so that the shell of the page does not wait for it. */
const paintShellFirst: Plugin = {
  name: 'paint-shell-first',
  transformIndexHtml: {
    order: 'post',
    handler(html) {
      const sheets = html.match(/^ *<link rel="stylesheet".*\n/gm) ?? []
      const without = sheets.reduce((text, sheet) => text.replace(sheet, ''), html)
      return without.replace('  </body>', `${sheets.join('')}  </body>`)
    },
  },
}

/** What the built files are made of, so that they are built again only when it has changed: see build.js. */
const recordWhatIsBuilt: Plugin = {
  name: 'record-what-is-built',
  writeBundle() {
    recordSources([...this.getModuleIds()])
  },
}

const IMPORT_OF_DOCUMENTS = /^import \{([^}]*)\} from '([^']*\/gql\/graphql\.ts)'$/gm
const DOCUMENT = '?document='

/**
 * Makes each GraphQL document a module of its own. All of them stand in one generated file, and a file is never divided
 * among chunks: every page would load the documents of all pages.
 */
const splitDocuments: Plugin = {
  name: 'split-documents',
  enforce: 'pre',
  apply: 'build',
  transform(code, id) {
    if (id.includes('/node_modules/') || !IMPORT_OF_DOCUMENTS.test(code)) return null
    return code.replaceAll(IMPORT_OF_DOCUMENTS, (_all, names: string, file: string) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '))
        .map((name) => `import { ${name} } from '${file}${DOCUMENT}${name}'`)
        .join('; '),
    )
  },
  load(id) {
    const [file = '', name] = id.split(DOCUMENT)
    if (name === undefined) return null
    const line = readFileSync(file, 'utf8').match(new RegExp(`^export const ${name} = .*`, 'm'))
    if (!line) this.error(`${file} has no document ${name}`)
    return { code: line[0], moduleType: 'ts' }
  },
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [splitDocuments, react(), paintShellFirst, compressAssets, recordWhatIsBuilt],
  // Whoever serves the page puts one of its own into it, fresh for each answer: see src/api/web-app.ts.
  html: { cspNonce: '{{nonce}}' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The Content-Security-Policy allows no data: address, so nothing is inlined.
    assetsInlineLimit: 0,
    // The first load of a page has a budget, which test/web/first-load.test.ts checks.
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { '/graphql': api, '/api': api, '/files': api, '/docs': api } },
})
