import type { ServerResponse } from 'node:http'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Sent } from './hostile-sites.ts'

type Echo = (response: ServerResponse, sent: Sent) => void

const say = (type: string, write: (sent: Sent) => string | Buffer): Echo => {
  return (response, sent) => response.setHeader('content-type', type).end(write(sent))
}
const coded = (encoding: string, encode: (text: string) => Buffer): Echo => {
  return (response, sent) =>
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding })
      .end(encode(JSON.stringify(sent)))
}
export const values = ({ headers }: Sent) => `${headers['x-free']} and ${headers['x-bound']}`
const base64 = (text: string) => Buffer.from(text).toString('base64')
const entities = (text: string) => text.replaceAll(/[^\w ]/g, (it) => `&#${it.charCodeAt(0)};`)

/** Ways to return what was sent. */
export const echoes: [how: string, answer: Echo][] = [
  ['in JSON', say('application/json', (it) => JSON.stringify(it))],
  [
    'in JSON in JSON in JSON',
    say('application/json', (it) => JSON.stringify({ it: JSON.stringify(JSON.stringify(it)) })),
  ],
  [
    'as keys of an object',
    say('application/json', ({ body }) =>
      JSON.stringify(
        Object.fromEntries(Object.values(JSON.parse(body)).map((it) => [it, { [`a ${it}`]: 1 }])),
      ),
    ),
  ],
  ['in text', say('text/plain', values)],
  ['without a type', (response, sent) => response.end(values(sent))],
  ['in base64', say('text/plain', (it) => base64(values(it)))],
  [
    'in base64 of JSON in JSON',
    say('application/json', (it) => JSON.stringify([base64(JSON.stringify(it))])),
  ],
  ['in base64url', say('text/plain', (it) => Buffer.from(values(it)).toString('base64url'))],
  ['in wrapped base64', say('text/plain', (it) => base64(values(it)).replaceAll(/.{20}/g, '$&\r\n'))],
  ['percent-encoded', say('text/plain', (it) => encodeURIComponent(values(it)))],
  ['percent-encoded twice', say('text/plain', (it) => encodeURIComponent(encodeURIComponent(values(it))))],
  [
    'in a form',
    say('application/x-www-form-urlencoded', ({ body }) => new URLSearchParams(JSON.parse(body)).toString()),
  ],
  ['in hexadecimal', say('text/plain', (it) => Buffer.from(values(it)).toString('hex'))],
  ['in XML', say('application/xml', (it) => `<a b="${entities(values(it))}"/>`)],
  ['as bytes', say('application/octet-stream', (it) => Buffer.from(`\0\xff${values(it)}`, 'latin1'))],
  ['as a list of bytes', say('application/json', (it) => JSON.stringify([...Buffer.from(values(it))]))],
  ['in UTF-16', say('text/plain; charset=utf-16le', (it) => Buffer.from(values(it), 'utf16le'))],
  ['in events', say('text/event-stream', (it) => `data: ${values(it)}\n\n`)],
  ['in gzip', coded('gzip', gzipSync)],
  ['in deflate', coded('deflate', deflateSync)],
  ['in brotli', coded('br', brotliCompressSync)],
  ['in gzip in brotli', coded('gzip, br', (it) => brotliCompressSync(gzipSync(it)))],
  ['in JSON that is none', say('application/json', (it) => `{"cut": "${values(it)}`)],
  [
    'in headers',
    (response, { headers }) =>
      response.writeHead(200, { 'x-a': headers['x-free'], 'x-b': headers['x-bound'] }).end(),
  ],
  [
    'in the names of headers',
    (response, sent) =>
      response.writeHead(200, { [`x-${Buffer.from(values(sent)).toString('hex')}`]: '1' }).end(),
  ],
  [
    'in cookies',
    (response, { headers }) =>
      response.setHeader('set-cookie', [`a=${headers['x-free']}`, `b=${headers['x-bound']}; path=/`]).end(),
  ],
  [
    'as credentials',
    (response, { headers }) =>
      response.setHeader('x-a', headers['authorization'] ?? '').end(values({ headers, body: '' })),
  ],
  [
    'in chunks of one byte',
    (response, sent) => {
      response.setHeader('content-type', 'text/plain')
      for (const byte of Buffer.from(values(sent))) response.write(Buffer.from([byte]))
      response.end()
    },
  ],
]
