import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseCurl, referToSecrets } from '../../plugins/custom-http/curl/index.ts'
import { customHttp } from '../../plugins/custom-http/custom-http.ts'
import { testStep } from '../../src/steps/testing/index.ts'
import { type EchoServer, type Received, startEchoServer } from './echo-server.ts'

/** The part of a request that the command decides. */
interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer((_request, response) => response.end())
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(() => {
  server.received.length = 0
})

const hasCurl = (() => {
  try {
    execFileSync('curl', ['--version'])
    return true
  } catch {
    return false
  }
})()

// Headers that every client sets itself.
const ofTheClient = ['host', 'accept-encoding', 'connection', 'content-length', 'expect']

async function sentBy(send: () => Promise<unknown>): Promise<Sent> {
  await send()
  const [request, ...more] = server.received.splice(0)
  if (request === undefined || more.length > 0) throw new Error('There must be one request.')
  const { method, url, body } = request
  return { method, url, headers: headersOf(request), body: await bodyOf(request, body) }
}

function headersOf({ headers }: Received): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) =>
      !ofTheClient.includes(name) && !(name === 'user-agent' && /^(curl|lockstep)/.test(String(value))),
  )
  return Object.fromEntries(
    kept.map(([name, value]) => [name, String(value).replace(/boundary=.*/, 'boundary=…')]),
  )
}

/** A multipart body by its parts, since its boundary is random. */
async function bodyOf({ headers }: Received, body: string): Promise<string> {
  const type = String(headers['content-type'])
  if (!type.startsWith('multipart/')) return body
  return JSON.stringify([...(await new Response(body, { headers: { 'content-type': type } }).formData())])
}

const form = 'application/x-www-form-urlencoded'
const accept = '*/*'

/** The requests of curl 7.88.1. */
const frozen: readonly (readonly [string, Sent])[] = [
  ["curl 'HOST/x?a=1&b=%2F#c'", { method: 'GET', url: '/x?a=1&b=%2F', headers: { accept }, body: '' }],
  ['curl -I HOST', { method: 'HEAD', url: '/', headers: { accept }, body: '' }],
  ['curl -X DELETE HOST/{id}', { method: 'DELETE', url: '/id', headers: { accept }, body: '' }],
  [
    "curl HOST -d a=1 -d 'b=c+d&e=%26' --data-urlencode 'f=g h&é'",
    {
      method: 'POST',
      url: '/',
      headers: { accept, 'content-type': form },
      body: 'a=1&b=c+d&e=%26&f=g+h%26%C3%A9',
    },
  ],
  [
    'curl HOST -d \'{"a": "b"}\'',
    { method: 'POST', url: '/', headers: { accept, 'content-type': form }, body: '{"a": "b"}' },
  ],
  [
    `curl HOST --json '{"a": ["{{x}} \\\\{{"],' --json "\\"b\\":1}"`,
    {
      method: 'POST',
      url: '/',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: '{"a": ["{{x}} \\\\{{"],"b":1}',
    },
  ],
  [
    `curl -XPUT HOST -H 'Content-Type: text/x' --data-binary $'l1\\nl2\\t\\xc3\\xbc\\u0021'`,
    { method: 'PUT', url: '/', headers: { accept, 'content-type': 'text/x' }, body: 'l1\nl2\tü!' },
  ],
  [
    `curl HOST -F a=b -F 'c="d;e"' --form-string 'f=@g;h'`,
    {
      method: 'POST',
      url: '/',
      headers: { accept, 'content-type': 'multipart/form-data; boundary=…' },
      body: '[["a","b"],["c","d;e"],["f","@g;h"]]',
    },
  ],
  [
    "curl -G HOST/s?q=1 -d a=b --data-urlencode 'c=d e'",
    { method: 'GET', url: '/s?q=1&a=b&c=d+e', headers: { accept }, body: '' },
  ],
  [
    "curl -u 'robot:pass word' -A me -e http://r.example/ -b 'a=b; c=d' -r 0-9 HOST",
    {
      method: 'GET',
      url: '/',
      headers: {
        accept,
        authorization: 'Basic cm9ib3Q6cGFzcyB3b3Jk',
        'user-agent': 'me',
        referer: 'http://r.example/',
        cookie: 'a=b; c=d',
        range: 'bytes=0-9',
      },
      body: '',
    },
  ],
  [
    `curl -sS HOST -H 'accept: x/y' -H 'X-Empty;' -H "X-Q: it's \\"\\$HOME\\"" -H 'Authorization: Bearer abc{{def' -u a:b`,
    {
      method: 'GET',
      url: '/',
      headers: { accept: 'x/y', 'x-empty': '', 'x-q': 'it\'s "$HOME"', authorization: 'Bearer abc{{def' },
      body: '',
    },
  ],
  ["curl HOST -d ''", { method: 'POST', url: '/', headers: { accept, 'content-type': form }, body: '' }],
  ['curl -X POST HOST', { method: 'POST', url: '/', headers: { accept }, body: '' }],
]

// On a machine without curl, only the step is compared with these recorded requests.
test.each(frozen)(
  `the step sends what curl sends (${hasCurl ? 'asked as well' : 'not installed'}): %s`,
  async (command, expected) => {
    const text = command.replace('HOST', server.origin)
    if (hasCurl) expect(await sentBy(() => promisify(execFile)('bash', ['-c', text]))).toEqual(expected)
    const { fields, credentials } = parseCurl(text)
    const secrets = Object.fromEntries(
      credentials.flatMap((it) => it.secrets.map(({ name, value = '' }) => [name, value] as const)),
    )
    for (const given of [fields, referToSecrets(fields, credentials)]) {
      const byStep = async () => {
        const { error } = await testStep(customHttp, { fields: { ...given }, secrets })
        if (error) throw new Error(error.message)
      }
      // For curl {id} is a set of one. Here the text stays as written.
      const url = expected.url.replace('/id', '/%7Bid%7D')
      expect(await sentBy(byStep)).toEqual({ ...expected, url })
    }
  },
)
