import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { packagesNow } from './support/built.ts'

// The web app may have to be built first.
vi.setConfig({ hookTimeout: 180_000 })

interface Packed {
  name: string
  size: number
  unpackedSize: number
  files: { path: string }[]
}

const NAMES = ['lockstep', '@lockstep/steps', '@lockstep/client', 'create-lockstep-step']
const MIB = 2 ** 20
let packed: Map<string, Packed>

beforeAll(async () => {
  await packagesNow()
  const workspaces = NAMES.flatMap((it) => ['--workspace', it])
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', ...workspaces]
  const { stdout } = await promisify(execFile)('npm', args, { shell: process.platform === 'win32' })
  const all: Packed[] = Object.values(JSON.parse(stdout))
  packed = new Map(all.map((it) => [it.name, it]))
})

const filesOf = (name: string) => packed.get(name)?.files.map(({ path }) => path) ?? []
const manifestOf = (name: string) =>
  JSON.parse(readFileSync(`packages/${name.replace('@lockstep/', '')}/package.json`, 'utf8'))

describe.each(NAMES)('the package %s', (name) => {
  test('has a licence, a page and no test, and no TypeScript that would have to run', () => {
    const files = filesOf(name)
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    const own = files.filter((it) => !it.startsWith('template/'))
    expect(own.filter((it) => /\.test\.|(^|\/)test\//.test(it))).toEqual([])
    expect(own.filter((it) => /(?<!\.d)\.tsx?$/.test(it))).toEqual([])
    expect(own.filter((it) => it.includes('built-from'))).toEqual([])
  })

  test('has every source map that its code names', () => {
    const files = filesOf(name)
    const folder = `packages/${name.replace('@lockstep/', '')}`
    const code = files.filter((it) => /^dist\/(?!web\/).*\.js$/.test(it))
    const mapped = code.filter((it) =>
      readFileSync(`${folder}/${it}`, 'utf8').includes('\n//# sourceMappingURL='),
    )
    expect(mapped.filter((it) => !files.includes(`${it}.map`))).toEqual([])
    expect(mapped.length * 2).toBeGreaterThanOrEqual(code.length)
  })

  test('says where it comes from, has the version of the repository, and holds what it exports and runs', () => {
    const { version, repository, publishConfig, license, exports = {}, bin } = manifestOf(name)
    expect(version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
    expect({ repository, publishConfig, license }).toMatchObject({
      repository: { type: 'git', directory: expect.stringContaining('packages/') },
      publishConfig: { access: 'public', provenance: true },
      license: 'MIT',
    })
    const named = [JSON.stringify(exports), JSON.stringify(bin ?? {})].flatMap((it) => [
      ...it.matchAll(/"(?:\.\/)?([\w./-]+\.(?:js|d\.ts|json))"/g),
    ])
    expect(named.length).toBeGreaterThan(0)
    const files = filesOf(name)
    expect(named.map(([, path]) => path).filter((it) => !files.includes(it ?? ''))).toEqual([])
  })
})

test('lockstep holds the web app, the rights of the database, every migration and the licences of its libraries', () => {
  const files = filesOf('lockstep')
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/web/index.html',
      'dist/web/docs/errors.html',
      'dist/database-roles.sql',
      'dist/persisted-documents.json',
      'dist/thread.js',
      'dist/steps.js',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/sbom.cdx.json',
    ]),
  )
  const migrations = globSync('src/store/migrations/Migration*.ts').map((it) =>
    it.replace('src/store', 'dist').replace(/ts$/, 'js'),
  )
  expect(migrations.length).toBeGreaterThan(10)
  expect(files).toEqual(expect.arrayContaining(migrations))
  expect(packed.get('lockstep')?.size).toBeLessThan(9 * MIB)
  const { dependencies } = manifestOf('lockstep')
  expect(dependencies).toBeUndefined()
})

test('the list of bundled libraries names each with version and licence, and their licences are packed', () => {
  const { components } = JSON.parse(readFileSync('packages/lockstep/dist/sbom.cdx.json', 'utf8'))
  const notices = readFileSync('packages/lockstep/dist/THIRD-PARTY-LICENSES.txt', 'utf8')
  const names = components.map((it: { name: string }) => it.name)
  expect(names).toEqual(expect.arrayContaining(['graphql', 'pg', 'undici', 'jose', '@mikro-orm/core']))
  for (const { name, version, licenses } of components) {
    expect(licenses[0].expression, name).toMatch(/\w/)
    expect(notices).toContain(`${name} ${version} (`)
  }
})

// Of the store it names types alone: what it imports is in the next test.
test('@lockstep/steps holds no server, and takes less than 1 MiB', () => {
  const { unpackedSize = Number.POSITIVE_INFINITY } = packed.get('@lockstep/steps') ?? {}
  expect(unpackedSize).toBeLessThan(MIB)
  expect(filesOf('@lockstep/steps').filter((it) => /types\/src\/(?:api|domain|vault)\//.test(it))).toEqual([])
})

test.each(['@lockstep/steps', '@lockstep/client'])(
  '%s depends on just the libraries that it imports',
  (name) => {
    const folder = `packages/${name.replace('@lockstep/', '')}`
    const built = globSync(`${folder}/dist/*.js`).map((it) => readFileSync(it, 'utf8'))
    const imported = built
      .flatMap((it) => [...it.matchAll(/^(?:import|export)\b[^'"]*['"]([^.'"][^'"]*)['"]/gm)])
      .map(([, it = '']) => /^(?:@[^/]+\/)?[^/]+/.exec(it)?.[0] ?? '')
      .filter((it) => !isBuiltin(it))
    const typesAlone = name === '@lockstep/client' ? ['@graphql-typed-document-node/core'] : []
    const wanted = new Set([...imported, ...typesAlone])
    const { dependencies: needed, peerDependencies = {} } = manifestOf(name)
    const peers = Object.entries(peerDependencies).filter(([it]) => wanted.has(it))
    const dependencies = { ...needed, ...Object.fromEntries(peers) }
    expect(new Set(Object.keys(dependencies))).toEqual(wanted)
    const { dependencies: own, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    for (const it of wanted) expect(dependencies[it]).toBe({ ...own, ...devDependencies }[it])
  },
)
