import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { authorization, sha256, signingKeys } from '../../plugins/aws-request/signature.ts'
import { s3Object } from '../../plugins/s3-object/s3-object.ts'
import { leakTest, testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, startEchoServer } from './echo-server.ts'

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const accessKeyId = 'AKIDEXAMPLE'

/** A store that checks signatures, as S3 does. */
let store: EchoServer
const objects = new Map<string, string>()
beforeAll(async () => {
  store = await startEchoServer(({ method, url, headers, body }, response) => {
    const given = String(headers['authorization'])
    const names = (/SignedHeaders=([^,]*)/.exec(given)?.[1] ?? '').split(';').filter((it) => it !== 'host')
    const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]))
    const scope = { region: 'us-east-1', service: 's3', time: String(headers['x-amz-date']) }
    const request = { method, url: new URL(url, store.origin), headers: signed, bodyHash: sha256(body) }
    const key = signingKeys(secretAccessKey, scope).at(-1) as Buffer
    const isSigned = given === authorization(request, { accessKeyId }, scope, key)
    const status = !isSigned ? 403 : method === 'PUT' || objects.has(url) ? 200 : 404
    if (status === 200 && method === 'PUT') objects.set(url, body)
    response.writeHead(status, { 'content-type': 'text/plain', etag: '"1"' })
    response.end(method === 'GET' ? objects.get(url) : '')
    if (status === 200 && method === 'DELETE') objects.delete(url)
  })
})
afterAll(() => store[Symbol.asyncDispose]())
beforeEach(() => objects.clear())

const fields = (more: object = {}) => ({
  bucketUrl: `${store.origin}/bucket/`,
  key: 'reports/a day (1)+ü.txt',
  accessKeyId,
  secretAccessKey: '{{ secrets.KEY }}',
  ...more,
})
const run = (more: object = {}, KEY = secretAccessKey) =>
  testStep(s3Object, { fields: fields(more), secrets: { KEY } })

test('an object is written, read and deleted, whatever characters its key has', async () => {
  expect((await run({ operation: 'put', content: 'Hello' })).error).toBeUndefined()
  expect([...objects.values()]).toEqual(['Hello'])
  expect((await run()).output).toEqual({ content: 'Hello', contentType: 'text/plain', etag: '"1"' })
  expect((await run({ operation: 'delete' })).status).toBe('SUCCEEDED')
  expect((await run()).error).toMatchObject({
    message: expect.stringMatching(/no such object/),
    retry: 'never',
  })
})

test('a key of another account is refused by the store, and the step says what to check', async () => {
  const { error } = await run({}, 'another-secret-access-key-of-somebody-else')
  expect(error).toMatchObject({ details: { status: 403 }, message: expect.stringMatching(/Check the keys/) })
})

test('nothing of the keys is shown', async () => {
  const secrets = { KEY: secretAccessKey }
  await leakTest(s3Object, [
    { name: 'writes', fields: fields({ operation: 'put', content: 'Hello' }), secrets },
    { name: 'does not find', fields: fields({ key: 'missing' }), secrets, fails: true },
  ])
})
