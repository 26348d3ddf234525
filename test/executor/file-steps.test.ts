import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Client } from '../support/client.ts'
import * as documents from '../support/documents.ts'
import { createTestWorkspace, type EndedRun, type TestWorkspace } from '../support/workspace.ts'

const CANARY = `canary-${randomBytes(12).toString('hex')}`
const MIB = 1024 * 1024
const content = randomBytes(0.7 * MIB)

const small = content.subarray(0, 70_000)
const BOUND = `bound-${randomBytes(12).toString('hex')}`

let app: TestApp
let workspace: TestWorkspace
let server: Server
let url: string
/** What was sent to the server, by the path. */
const received = new Map<string, { headers: IncomingMessage['headers']; body: Buffer }>()

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const it of request) pieces.push(it)
  return Buffer.concat(pieces)
}

beforeAll(async () => {
  app = await startTestApp({ env: { LOCKSTEP_FILE_MAX_MIB: '1', LOCKSTEP_RUN_FILES_MAX_MIB: '2' } })
  workspace = await createTestWorkspace(app, 'acme')
  await workspace.createSecret('API_KEY', CANARY)
  server = createServer(async (request, response) => {
    const path = request.url ?? ''
    received.set(path, { headers: request.headers, body: await bodyOf(request) })
    if (path === '/report') {
      response.setHeader('content-type', 'application/pdf')
      response.setHeader('content-disposition', `attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`)
      response.end(content)
    } else if (path === '/zipped') {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync(content))
    } else if (path === '/bomb') {
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync(Buffer.alloc(50 * MIB)))
    } else if (path === '/echo.csv') {
      response.setHeader('content-type', 'text/csv')
      response.end(`key;value\n${request.headers['x-key']};1\n`)
    } else if (path === '/echo.zip') {
      response.end(Buffer.concat([small, Buffer.from(String(request.headers['x-key'])), small]))
    } else if (path === '/cut') {
      response.writeHead(200, { 'content-length': String(content.length) })
      response.write(small)
      setTimeout(() => response.destroy(), 20)
    } else if (path === '/none') response.writeHead(404).end('not here')
    else response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  await app.expectNoCanary(CANARY, BOUND)
  await app.close()
})

const get = (path: string, more: object = {}) => ({
  key: 'get',
  type: 'custom-http',
  fields: { url: `${url}${path}`, keepFile: true, ...more },
})
const put = (path: string, more: object) => ({
  key: 'put',
  type: 'custom-http',
  fields: { url: `${url}${path}`, method: 'PUT', ...more },
})
const run = async (...steps: object[]): Promise<EndedRun> =>
  workspace.run((await workspace.createAutomation('Files', steps)).id)

const FILES =
  'query ($id: ID!) { run(id: $id) { steps { key files { id name mediaType bytes sha256 downloadable url } } } }'
async function filesOf({ id }: EndedRun, by: Client = workspace.admin) {
  const { data } = await by.graphql(FILES, { id })
  return data.run.steps.flatMap((it: { files: unknown[] }) => it.files)
}

const FILE = '{{ steps.get.output.file }}'

test('what a service sends is kept as a file, is sent on by a later step, and can be downloaded', async () => {
  const ended = await run(get('/report'), put('/upload', { bodyKind: 'file', file: FILE }))
  expect(ended.status).toBe('SUCCEEDED')
  const sent = received.get('/upload')
  expect(sent?.body.equals(content)).toBe(true)
  expect(sent?.headers).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(content.length),
  })
  const [file, ...others] = await filesOf(ended)
  expect(others).toEqual([])
  expect(file).toEqual({
    id: `${ended.id}.1`,
    name: 'résumé.pdf',
    mediaType: 'application/pdf',
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    downloadable: true,
    url: `/files/${ended.id}.1`,
  })
  expect(ended.steps[0]?.output).toMatchObject({
    body: null,
    file: { file: file.id, name: 'résumé.pdf', bytes: content.length },
  })

  const response = await workspace.admin.open(file.url)
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(content.length),
    'content-disposition': `attachment; filename="r_sum_.pdf"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })
  expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true)
  expect(
    await app.database.query(`select actor, target, detail from audit_event where action = 'run.download'`),
  ).toEqual([{ actor: workspace.admin.email, target: ended.id, detail: { file: file.id } }])
})

test('a form takes files beside its fields', async () => {
  const fields = {
    method: 'POST',
    bodyKind: 'multipart',
    form: [{ name: 'title', value: 'A report' }],
    formFiles: [{ name: 'document', value: FILE }],
    fileNames: [{ name: 'document', value: 'other.pdf' }],
  }
  expect((await run(get('/report'), put('/form', fields))).status).toBe('SUCCEEDED')
  const { headers, body } = received.get('/form') ?? {}
  expect(headers?.['content-length']).toBe(String(body?.length))
  const form = await new Response(new Uint8Array(body ?? []), {
    headers: { 'content-type': String(headers?.['content-type']) },
  }).formData()
  expect(form.get('title')).toBe('A report')
  const document = form.get('document') as File
  expect([document.name, document.type]).toEqual(['other.pdf', 'application/pdf'])
  expect(Buffer.from(await document.arrayBuffer()).equals(content)).toBe(true)
})

test('a compressed answer is kept as what it is', async () => {
  const ended = await run(get('/zipped', { fileName: 'mine.bin' }))
  expect(await filesOf(ended)).toMatchObject([{ name: 'mine.bin', bytes: content.length }])
})

test.each([
  ['/bomb', 'RESPONSE_TOO_LARGE', 'LOCKSTEP_FILE_MAX_MIB'],
  ['/cut', 'REQUEST_FAILED', 'in the middle of its answer'],
])('of %s nothing is kept', async (path, code, words) => {
  const ended = await run(get(path))
  expect(ended.error).toMatchObject({ code, message: expect.stringContaining(words) })
  expect(await app.database.query('select 1 from run_file where run = $1', [ended.id.slice(5)])).toEqual([])
})

test('all files of a run together have their bound', async () => {
  const ended = await run(
    get('/report'),
    { ...get('/zipped'), key: 'more' },
    { ...get('/zipped'), key: 'most' },
  )
  expect(ended.error).toMatchObject({
    code: 'RESPONSE_TOO_LARGE',
    message: expect.stringContaining('LOCKSTEP_RUN_FILES_MAX_MIB'),
  })
})

test('an answer that says what went wrong is no file', async () => {
  const ended = await run(get('/none', { failOnErrorStatus: false }))
  expect(ended.steps[0]?.output).toMatchObject({ status: 404, body: 'not here' })
  expect(await filesOf(ended)).toEqual([])
})

const withKey = { headers: [{ name: 'X-Key', value: '{{ secrets.API_KEY }}' }] }

test.each([
  ['text', '/echo.csv'],
  ['bytes', '/echo.zip'],
])('a file of %s with a secret in it is there for later steps, and for nobody else', async (_kind, path) => {
  const ended = await run(get(path, withKey), put('/back', { bodyKind: 'file', file: FILE }))
  expect(ended.status).toBe('SUCCEEDED')
  const back = received.get('/back')?.body.toString('latin1') ?? ''
  if (path === '/echo.csv') expect(back).toBe('key;value\n[secret API_KEY];1\n')
  else expect(back).toContain(CANARY)
  const [file] = await filesOf(ended)
  expect(file).toMatchObject({ downloadable: false, sha256: null, url: null })
  const { status, text } = await workspace.admin.request(`/files/${file.id}`)
  expect([status, JSON.parse(text)]).toMatchObject([
    403,
    { code: 'FORBIDDEN', message: expect.stringContaining('A secret was found in this file') },
  ])
  expect(
    await app.database.query('select chunk from run_file_chunk where run = $1', [ended.id.slice(5)]),
  ).toEqual([])
})

test('a file with a secret goes only where the secret may go', async () => {
  await workspace.admin.mutate(documents.createSecret, {
    input: { workspace: 'acme', name: 'BOUND', value: BOUND, allowedHosts: [new URL(url).host] },
  })
  const bound = { headers: [{ name: 'X-Key', value: '{{ secrets.BOUND }}' }] }
  const other = url.replace('127.0.0.1', 'localhost')
  const ended = await run(get('/echo.zip', bound), {
    ...put('/stolen', { bodyKind: 'file', file: FILE }),
    fields: { url: `${other}/stolen`, method: 'PUT', bodyKind: 'file', file: FILE },
  })
  expect(ended.error).toMatchObject({ code: 'DESTINATION_NOT_ALLOWED' })
  expect(received.has('/stolen')).toBe(false)
})

test('only those who may read the run get its files', async () => {
  const ended = await run(get('/report'))
  const [{ url: path }] = await filesOf(ended)
  const stranger = await createTestWorkspace(app, 'globex')
  const reader = await workspace.createToken('MEMBER')
  const statusFor = async (client: Client, at = path) => (await client.open(at)).status
  expect(await statusFor(app.anonymous)).toBe(401)
  expect(await statusFor(stranger.admin)).toBe(403)
  expect(await statusFor(stranger.admin, '/files/nowhere.1')).toBe(403)
  expect(await statusFor(await stranger.createToken('ADMIN'))).toBe(403)
  expect(await statusFor(reader)).toBe(200)
  expect(await statusFor(workspace.admin, `${path}0`)).toBe(404)
  expect((await workspace.admin.open(path, { method: 'POST' })).status).toBe(405)
})

test('a step does not get a file of another run', async () => {
  const earlier = await run(get('/report'))
  const [{ id }] = await filesOf(earlier)
  const ended = await run(put('/other', { bodyKind: 'file', file: id }))
  expect(ended.error).toMatchObject({ code: 'INVALID_FIELD' })
  expect(received.has('/other')).toBe(false)
})
