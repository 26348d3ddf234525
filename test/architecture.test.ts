import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'

/**
 * The rooms that each room may import by value. Types may be imported from anywhere. Every room may import the
 * leaves: content-coding, cron, database-url, database-words, errors, exact-json, file-seal, host-name, host-pattern, key-material, log,
 * media-type, network, package-files, postgres-address, request-context, secret-mark, sensitive and config's type.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  template: [],
  secret: [],
  vault: [],
  store: [],
  'embedded-postgres': [],
  redactor: ['secret'],
  // How services sign their requests. It compares, and opens nothing.
  'hook-signature': [],
  egress: ['secret'],
  steps: ['template', 'steps/form'],
  // The rules of a form: which fields are shown, which are required, what counts as content.
  'steps/form': [],
  // The kit of step type authors. It is the only part of steps that runs steps.
  'steps/testing': ['steps', 'executor', 'redactor', 'egress', 'secret'],
  domain: ['store', 'vault/sealing', 'secret', 'template', 'steps', 'hook-signature'],
  // The work of `lockstep keys`, and a worker's root key.
  keys: ['domain', 'store', 'vault/opening', 'vault/sealing', 'secret'],
  // The file of a backup. Keys come from the composition root.
  backup: ['store'],
  doctor: ['keys', 'domain', 'store', 'vault/opening', 'vault/sealing'],
  // The chain of the audit log: keeping, verifying, exporting and sending it. The root key's signer is passed down.
  audit: ['store', 'vault/opening', 'vault/sealing'],
  resolver: ['store', 'vault/opening', 'secret', 'template'],
  // Work for threads. The composition root starts them and passes them down.
  'off-loop': ['redactor', 'vault/seal-in-node', 'vault/decrypt-value'],
  executor: ['resolver', 'redactor', 'egress', 'store', 'secret', 'steps', 'template', 'hook-signature'],
  // The processes of other people's plugins, and what runs in them: the SDK, and nothing that opens a value.
  'plugin-process': ['steps', 'egress'],
  // What is counted, and where spans go. The composition root makes both and passes them down.
  metrics: [],
  tracing: [],
  // The common part of every process: it listens, reports its health, and refuses large requests.
  server: [],
  api: ['server', 'domain', 'secret', 'steps', 'hook-signature'],
  // The command line seals a typed value before it leaves the person's machine. It contains no server code.
  client: ['secret', 'template', 'vault/seal-value', 'vault/vouched-key'],
  plugins: ['steps', 'plugins/custom-http/curl'],
  // Code that the web app shares with a plugin, because a pasted command must not leave the browser in the clear.
  'plugins/custom-http/curl': ['template', 'secret'],
  // Sealing is a pure function of public keys. The app seals a typed value before it leaves the browser.
  web: [
    'template',
    'secret',
    'steps/form',
    'plugins/custom-http/curl',
    'hook-signature',
    'vault/seal-value',
    'vault/vouched-key',
  ],
}

const leaves = [
  'database-time',
  'database-url',
  'database-words',
  'errors',
  'exact-json',
  'file-seal',
  'media-type',
  'content-coding',
  'log',
  'network',
  'package-files',
  'request-context',
  'secret-mark',
  'sensitive',
  'host-name',
  'host-pattern',
  'key-material',
  'cron',
  'postgres-address',
]

// The composition root. These build everything, and only they import one another.
const root = [
  'lockstep',
  'find-node',
  'main',
  'config',
  'sign-in-config',
  'environment',
  'variable-files',
  'commands',
  'processes',
  'supervisor',
]

interface Import {
  file: string
  from: string
  to: string
}

/** The room of a file: its folder below src, `plugins`, `web`, or its name if it is in src itself. */
function roomOf(file: string): string {
  const [top = '', second = '', third = ''] = file.split(sep)
  if (second === 'steps' && ['testing', 'form'].includes(third)) return `steps/${third}`
  if (file.startsWith(join('plugins', 'custom-http', 'curl'))) return 'plugins/custom-http/curl'
  return top === 'src' ? second.replace(/\.[a-z]+$/, '') : top
}

/** The room as the table spells it. The vault has two rooms with a wall between them. */
function targetOf(file: string): string {
  const entry = file.replace(/\.[a-z]+$/, '').split(sep)
  return entry[1] === 'vault' ? `vault/${entry[2]}` : roomOf(file)
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[jt]sx?$/.test(file) && !/(^|\/)(dist|node_modules|gql)\//.test(file))
    .map((file) => join(folder, file))
}

const statement =
  /^(?:import|export)\s(?!type\s)[^'"]*?from\s+['"](\.[^'"]+)['"]|^import\s+['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gm

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(statement)].map((match) => {
    const target = targetPath(file, match[1] ?? match[2] ?? match[3])
    return { file, from: roomOf(file), to: targetOf(target) }
  })
}

const targetPath = (file: string, path = '') => relative('.', resolve(dirname(file), path))

/** All files that are loaded with this one, including itself. Files that are imported later are excluded. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded
  loaded.add(file)
  for (const [, path, bare] of readFileSync(file, 'utf8').matchAll(statement)) {
    const target = path ?? bare
    if (target !== undefined) loadedWith(targetPath(file, target), loaded)
  }
  return loaded
}

const imports = ['src', 'plugins', 'web'].flatMap(sourceFiles).flatMap(importsOf)

test('the import scanner finds every kind of import', () => {
  expect(imports.length).toBeGreaterThan(300)
  expect(imports).toContainEqual({ file: join('src', 'domain', 'secrets.ts'), from: 'domain', to: 'store' })
})

test('value imports between rooms follow the table', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (root.includes(from) || leaves.includes(from) || leaves.includes(to)) return false
    if (from === to || (from === 'vault' && to.startsWith('vault/'))) return false
    return !allowed[from]?.includes(to)
  })
  expect(wrong).toEqual([])
})

test('leaves import only other leaves', () => {
  expect(imports.filter(({ from, to }) => leaves.includes(from) && !leaves.includes(to))).toEqual([])
})

test('no room imports the composition root', () => {
  expect(imports.filter(({ from, to }) => root.includes(to) && !root.includes(from))).toEqual([])
})

test('the API cannot import code that opens a value, even as a type', () => {
  const files = ['src/api', 'src/domain'].flatMap(sourceFiles)
  const reach = files.filter((file) =>
    /vault\/opening|\/(resolver|egress|executor|keys|doctor)\//.test(readFileSync(file, 'utf8')),
  )
  expect(reach).toEqual([])
})

test('code shared with the web app uses no Node module', () => {
  const rooms = ['src/template', 'src/secret', 'src/steps/form', 'plugins/custom-http/curl'].flatMap(
    sourceFiles,
  )
  const vouching = ['vouched-key', 'succession', 'key-statements', 'statement']
  const sealing = ['seal-value', 'sealed-value', 'jose-header', 'base64url', ...vouching].map(
    (it) => `src/vault/${it}.ts`,
  )
  const shared = ['errors', 'secret-mark', 'sensitive', 'host-name', 'host-pattern'].map(
    (it) => `src/${it}.ts`,
  )
  const files = [...rooms, ...sealing, ...shared]
  expect(files.length).toBeGreaterThan(30)
  expect(
    files.filter((file) => /from ['"]node:|\bBuffer\.|\bprocess\./.test(readFileSync(file, 'utf8'))),
  ).toEqual([])
})

test('lockstep starts without loading the code of its commands, so that --help and errors are fast', () => {
  const loaded = [...loadedWith(join('src', 'main.ts'))]
  expect(loaded).toContain(join('src', 'commands', 'keys.ts'))
  const heavy = [
    'store',
    'embedded-postgres',
    'domain',
    'keys',
    'doctor',
    'server',
    'api',
    'client',
    'egress',
    'redactor',
    'resolver',
    'steps',
    'plugins',
  ]
  expect(loaded.filter((file) => heavy.includes(roomOf(file)))).toEqual([])
})

test('a process loads OpenTelemetry only when traces are asked for', () => {
  for (const file of ['api.ts', 'worker.ts', 'tracing.ts']) {
    const loaded = [...loadedWith(join('src', 'processes', file))]
    expect(loaded.filter((it) => roomOf(it) === 'tracing')).toEqual([])
  }
  const [from] = imports.filter(({ to }) => to === 'tracing')
  expect(from?.file).toBe(join('src', 'processes', 'tracing.ts'))
})

test('the picture of the rooms in docs/architecture.md has the arrows of the table and no others', () => {
  const page = readFileSync('docs/architecture.md', 'utf8')
  const [, picture = ''] = /## The rooms[\s\S]*?```mermaid\n([\s\S]*?)```/.exec(page) ?? []
  const names = new Map([...picture.matchAll(/^ *(\w+)\["(.+)"\]$/gm)].map(([, id, name]) => [id, name]))
  const arrows = [...picture.matchAll(/^ *(\w+) --> (.+)$/gm)].flatMap(([, from, to = '']) =>
    to.split(' & ').map((it) => `${names.get(from)} --> ${names.get(it)}`),
  )
  const rows = Object.entries(allowed).flatMap(([from, to]) => to.map((it) => `${from} --> ${it}`))
  expect(arrows.length).toBeGreaterThan(30)
  expect(new Set(arrows)).toEqual(new Set(rows))
})
// Patterns for code that parses a message. The text after a call or a property is not the message.
const onMessage =
  /\bmessage\??\.(?:match|matchAll|search|replace|replaceAll|split|startsWith|endsWith|includes|indexOf|slice|substring)\(/
const givenMessage = /\.(?:exec|test)\(\s*(?:\w+\??\.)*message\b/

const readsMessages = (text: string): boolean => onMessage.test(text) || givenMessage.test(text)

// These parse the messages of libraries without error codes: GraphQL, V8's JSON parser, pg, and PKCS #11 modules.
const wordsOfOthers = [
  // undici gives what its parser refuses no code, only words of the parser.
  'src/egress/no-http.ts',
  'src/api/errors.ts',
  'src/steps/kinds/json.ts',
  'src/database-words.ts',
  'src/store/outage.ts',
  'src/vault/providers/pkcs11.ts',
]

test('no code parses the message of an error, because its code and its place are data', () => {
  const files = ['src', 'plugins', 'web/src'].flatMap(sourceFiles)
  const readers = files.filter((file) => readsMessages(readFileSync(file, 'utf8')))
  expect(new Set(readers.map((file) => file.split(sep).join('/')))).toEqual(new Set(wordsOfOthers))
})

test.each([
  'const step = /^Step "(\\w+)"/.exec(error.message)',
  'if (pattern.test(answer.problem?.message)) return',
  'const [first] = /a/.exec(message) ?? []',
  "return error.message.replace(/\\.$/, '')",
  "error={refusal?.message.startsWith('schedule.') ? 1 : 2}",
  'message?.match(/row (\\d+)/)',
  "error.message.includes('no certificate')",
])('the scanner sees that %s parses a message', (code) => {
  expect(readsMessages(code)).toBe(true)
})

test.each(['show(error.message)', 'message.messageId.slice(1)', 'await transport.sendMail({ ...message })'])(
  'the scanner sees that %s parses no message',
  (code) => {
    expect(readsMessages(code)).toBe(false)
  },
)
