// @ts-check
// `npm run build:types`: the types of the packages that others import: those that their entries reach, and no others.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { isBuiltFromSources, recordSources } from '../web/sources.js'
import { root } from './bundle.js'

/** @type {Record<string, string[]>} */
const entries = {
  steps: ['src/steps/index.ts', 'src/steps/testing/index.ts'],
  client: ['packages/client/src/index.ts', 'packages/client/src/urql.ts'],
}

for (const [name, files] of Object.entries(entries)) {
  const record = {
    record: `packages/${name}/types-built-from.json`,
    result: `packages/${name}/dist/types/${files[0]?.replace(/\.ts$/, '.d.ts')}`,
    always: ['package-lock.json', 'tsconfig.json', 'packages/build-types.js'],
  }
  if (!isBuiltFromSources(record)) {
    const sources = buildTypes(name, files)
    recordSources(
      sources.map((it) => join(root, it)),
      record,
    )
  }
}

/**
 * @param {string} name
 * @param {readonly string[]} files
 */
function buildTypes(name, files) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-types-'))
  try {
    declare(folder, files)
    const reached = reach(
      folder,
      files.map((it) => it.replace(/\.ts$/, '.d.ts')),
    )
    for (const it of reached) cpSync(join(folder, it), join(root, `packages/${name}/dist/types`, it))
    return [...reached].map((it) => it.replace(/\.d\.ts$/, '.ts'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 */
function declare(folder, files) {
  const config = join(folder, 'tsconfig.json')
  const compilerOptions = {
    noEmit: false,
    incremental: false,
    tsBuildInfoFile: null,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: folder,
    rootDir: root,
    // Elsewhere a library brings the types of what Node shares with browsers, such as TextDecoder.
    lib: ['es2024', 'esnext.disposable', 'dom'],
    typeRoots: [join(root, 'node_modules/@types')],
  }
  const wanted = {
    extends: join(root, 'tsconfig.json'),
    include: [],
    files: files.map((it) => join(root, it)),
  }
  writeFileSync(config, JSON.stringify({ ...wanted, compilerOptions }))
  const { bin } = JSON.parse(readFileSync(join(root, 'node_modules/typescript/package.json'), 'utf8'))
  const tsc = join(root, 'node_modules/typescript', bin.tsc)
  const { status } = spawnSync(process.execPath, [tsc, '-p', config], { stdio: 'inherit' })
  if (status !== 0) throw new Error('The types could not be built.')
}

/**
 * @param {string} folder
 * @param {readonly string[]} files
 * @returns {Set<string>}
 */
function reach(folder, files, reached = new Set()) {
  for (const file of files) {
    if (reached.has(file)) continue
    reached.add(file)
    const text = readFileSync(join(folder, file), 'utf8')
    const named = [...text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.ts['"]/g)]
    const next = named.map(([, it = '']) => `${relative(folder, resolve(folder, dirname(file), it))}.d.ts`)
    reach(folder, next, reached)
  }
  return reached
}
