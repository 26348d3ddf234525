import { expect, test } from 'vitest'
import { toResponse } from '../../src/egress/response.ts'

const url = new URL('https://api.test/')

function responseOf(text: string, headers: [string, string][] = []): Response {
  // A view into something larger, of which nothing else may be seen.
  const body = new Uint8Array(Buffer.from(`--${text}--`)).subarray(2, -2)
  return toResponse({ status: 200, statusText: 'OK', headers, body }, url, false)
}

test.each<[how: string, read: (it: Response) => Promise<unknown>, result: unknown]>([
  ['text', (it) => it.text(), '{"a":"ä"}'],
  ['json', (it) => it.json(), { a: 'ä' }],
  ['bytes', async (it) => Buffer.from(await it.bytes()).toString(), '{"a":"ä"}'],
  ['arrayBuffer', async (it) => Buffer.from(await it.arrayBuffer()).toString(), '{"a":"ä"}'],
  ['blob', async (it) => (await it.blob()).text(), '{"a":"ä"}'],
  ['clone', async (it) => it.clone().text(), '{"a":"ä"}'],
  ['body', (it) => new Response(it.body).text(), '{"a":"ä"}'],
])('an answer is read as %s as that of fetch', async (_how, read, result) => {
  expect(await read(responseOf('{"a":"ä"}'))).toEqual(result)
})

test('the type of a blob is that of the answer', async () => {
  expect((await responseOf('x', [['content-type', 'text/csv']]).blob()).type).toBe('text/csv')
})

test('a form is read', async () => {
  const type = 'application/x-www-form-urlencoded'
  const form = await responseOf('a=1&b=2', [['content-type', type]]).formData()
  expect([...form]).toEqual([
    ['a', '1'],
    ['b', '2'],
  ])
})

test('a mark of the byte order is not part of the text', async () => {
  expect(await responseOf('\uFEFFx').text()).toBe('x')
})

test.each([
  [200, 'OK', 'x'],
  [404, 'Not \u0100', 'x'],
  [204, 'No Content', ''],
])('every member of an answer with status %i is that of fetch', async (status, statusText, text) => {
  const headers: [string, string][] = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['x-padded', ' \xe4 '],
  ]
  const ours = toResponse({ status, statusText, headers, body: new Uint8Array(Buffer.from(text)) }, url, true)
  const init = { status, statusText: status === 404 ? '' : statusText, headers }
  const theirs = new Response(text === '' ? null : new Uint8Array(Buffer.from(text)), init)
  expect(ours).toBeInstanceOf(Response)
  const shown = (it: Response) => {
    const { type, status, statusText, ok, bodyUsed, headers } = it
    return { type, status, statusText, ok, bodyUsed, headers: [...headers], cookies: headers.getSetCookie() }
  }
  expect(shown(ours)).toEqual(shown(theirs))
  expect(ours).toMatchObject({ url: 'https://api.test/', redirected: true })
  expect(ours.body === null).toBe(theirs.body === null)
  for (const name of Object.getOwnPropertyNames(Response.prototype) as (keyof Response)[])
    expect(typeof ours[name]).toBe(typeof theirs[name])
  expect([await ours.text(), ours.bodyUsed]).toEqual([await theirs.text(), theirs.bodyUsed])
})

test.each<[status: number, name: string, value: string]>([
  [199, 'a', 'b'],
  [1000, 'a', 'b'],
  [Number.NaN, 'a', 'b'],
  [200, 'a b', 'c'],
  [200, '', 'c'],
  [200, 'a', 'b\0'],
  [200, 'a', 'b\r\nc: d'],
  [200, 'a', '\u0100'],
])('status %d with the header %j: %j is refused, and not shown', (status, name, value) => {
  const answer = { status, statusText: 'OK', headers: [[name, value]] as const, body: new Uint8Array() }
  expect(() => toResponse(answer, url, false)).toThrow('api.test answered with something that is not HTTP.')
})

type Read = 'text' | 'json' | 'bytes' | 'arrayBuffer' | 'blob'

test.each<[first: Read, second: Read]>([
  ['text', 'json'],
  ['bytes', 'blob'],
  ['blob', 'text'],
  ['arrayBuffer', 'bytes'],
])('an answer that was read as %s cannot be read again as %s', async (first, second) => {
  const response = responseOf('1')
  expect(response.bodyUsed).toBe(false)
  await response[first]()
  expect(response.bodyUsed).toBe(true)
  await expect(response[second]()).rejects.toThrow(TypeError)
  expect(() => response.clone()).toThrow(TypeError)
})

test('an answer and its copy are both read', async () => {
  const response = responseOf('both')
  const copy = response.clone()
  expect([await response.text(), await copy.text()]).toEqual(['both', 'both'])
})
