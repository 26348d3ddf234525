import type { Socket } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { RunErrorCode } from '../../src/errors.ts'
import { bound, drip, flood, free } from './hostile-sites.ts'

export const ok = 'HTTP/1.1 200 OK\r\n'
export const redirect = (location: string, status = 302) =>
  `HTTP/1.1 ${status} X\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`
const bomb = Buffer.alloc(100_000_000)
const packed = (encoding: string, body: Buffer) =>
  Buffer.concat([
    Buffer.from(`${ok}content-encoding: ${encoding}\r\ncontent-length: ${body.length}\r\n\r\n`),
    body,
  ])

/** The server's behaviour with a request, which it may quote, and the way the run ends. */
type Attack = [
  how: string,
  code: RunErrorCode,
  behave: (socket: Socket, request: string) => void,
  fields?: object,
]

const slow = { timeoutSeconds: 1 }
export const attacks: Attack[] = [
  ['says nothing', 'TIMEOUT', () => undefined, slow],
  ['answers too late', 'TIMEOUT', (it) => setTimeout(() => it.end(`${ok}\r\n`), 4000).unref(), slow],
  ['drips headers', 'TIMEOUT', (it, request) => drip(it, ok, `x: ${request.length}\r\n`), slow],
  ['drips a body', 'TIMEOUT', (it) => drip(it, `${ok}\r\n${free}`, bound), slow],
  ['stops in the body', 'TIMEOUT', (it) => it.write(`${ok}content-length: 99999\r\n\r\n${free}`), slow],
  [
    'announces forever',
    'TIMEOUT',
    (it) => drip(it, '', `HTTP/1.1 103 ${bound}\r\nlink: ${free}\r\n\r\n`),
    slow,
  ],
  [
    'sends less than it announced',
    'REQUEST_FAILED',
    (it) => it.end(`${ok}content-length: 9999\r\n\r\n${free}`),
  ],
  [
    'announces two lengths',
    'REQUEST_FAILED',
    (it) => it.end(`${ok}content-length: 1\r\ncontent-length: 2\r\n\r\n${free}`),
  ],
  ['announces less than nothing', 'REQUEST_FAILED', (it) => it.end(`${ok}content-length: -5\r\n\r\n${free}`)],
  [
    'announces a length and chunks',
    'REQUEST_FAILED',
    (it) => it.end(`${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  ],
  [
    'announces a chunk of a size that is none',
    'REQUEST_FAILED',
    (it) => it.end(`${ok}transfer-encoding: chunked\r\n\r\n${free}\r\n`),
  ],
  [
    'announces a gigantic chunk',
    'TIMEOUT',
    (it) => it.write(`${ok}transfer-encoding: chunked\r\n\r\nfffffffff\r\n${free}`),
    slow,
  ],
  [
    'never ends the body',
    'RESPONSE_TOO_LARGE',
    (it) => {
      it.write(`${ok}\r\n`)
      flood(it, `${free}${bound}`.repeat(1000))
    },
  ],
  [
    'never ends the chunks',
    'RESPONSE_TOO_LARGE',
    (it) => {
      it.write(`${ok}transfer-encoding: chunked\r\n\r\n`)
      flood(it, `1000\r\n${'x'.repeat(4096)}\r\n`)
    },
  ],
  [
    'never ends the headers',
    'RESPONSE_TOO_LARGE',
    (it) => {
      it.write(ok)
      flood(it, `x: ${free}\r\n`.repeat(100))
    },
  ],
  [
    'never ends the status line',
    'RESPONSE_TOO_LARGE',
    (it) => {
      it.write('HTTP/1.1 200 ')
      flood(it, free.repeat(100))
    },
  ],
  [
    'never ends its announcements',
    'RESPONSE_TOO_LARGE',
    (it) => flood(it, `HTTP/1.1 103 ${bound}\r\nlink: ${free}\r\n\r\n`.repeat(100)),
  ],
  ['never ends the empty lines', 'RESPONSE_TOO_LARGE', (it) => flood(it, '\r\n'.repeat(10_000))],
  [
    'never ends the extension of a chunk',
    'RESPONSE_TOO_LARGE',
    (it) => {
      it.write(`${ok}transfer-encoding: chunked\r\n\r\n5;x=`)
      flood(it, 'x'.repeat(100_000))
    },
  ],
  [
    'never ends the trailers',
    'RESPONSE_TOO_LARGE',
    (it) => {
      it.write(`${ok}transfer-encoding: chunked\r\n\r\n0\r\n`)
      flood(it, `x: ${free}\r\n`.repeat(100))
    },
  ],
  ['sends a bomb in gzip', 'RESPONSE_TOO_LARGE', (it) => it.end(packed('gzip', gzipSync(bomb)))],
  [
    'sends a bomb in brotli',
    'RESPONSE_TOO_LARGE',
    (it) => it.end(packed('br', brotliCompressSync(bomb.subarray(0, 30_000_000)))),
  ],
  [
    'sends a bomb in a bomb',
    'RESPONSE_TOO_LARGE',
    (it) => it.end(packed('gzip, gzip', gzipSync(gzipSync(bomb)))),
  ],
  ['sends bytes that are not packed', 'REQUEST_FAILED', (it) => it.end(packed('gzip', Buffer.from(free)))],
  ['does not speak HTTP', 'REQUEST_FAILED', (it, request) => it.end(request)],
  ['sends a header without colon', 'REQUEST_FAILED', (it) => it.end(`${ok}${free}\r\n\r\n`)],
  ['sends a header with a null byte', 'REQUEST_FAILED', (it) => it.end(`${ok}x: ${free}\0${bound}\r\n\r\n`)],
  ['sends a status that is none', 'REQUEST_FAILED', (it) => it.end(`HTTP/1.1 ${bound} OK\r\n\r\n`)],
  [
    'switches the protocol',
    'REQUEST_FAILED',
    (it) => it.end(`HTTP/1.1 101 X\r\nupgrade: ${free}\r\nconnection: upgrade\r\n\r\n`),
  ],
  ['redirects in a loop', 'REQUEST_FAILED', (it) => it.end(redirect(`/${encodeURIComponent(free)}`))],
  ['redirects in a loop with the body', 'REQUEST_FAILED', (it) => it.end(redirect('/again', 308))],
  [
    'redirects to the metadata',
    'DESTINATION_NOT_ALLOWED',
    (it) => it.end(redirect('http://169.254.169.254/latest/')),
  ],
  [
    'redirects to the metadata in disguise',
    'DESTINATION_NOT_ALLOWED',
    (it) => it.end(redirect('http://[::ffff:a9fe:a9fe]/')),
  ],
  [
    'redirects to the metadata as a number',
    'DESTINATION_NOT_ALLOWED',
    (it) => it.end(redirect('//2852039166/')),
  ],
  [
    'redirects to this machine',
    'DESTINATION_NOT_ALLOWED',
    (it) => it.end(redirect('http://127.0.0.1:5432/')),
  ],
  ['redirects to a file', 'DESTINATION_NOT_ALLOWED', (it) => it.end(redirect('file:///etc/passwd'))],
  ['redirects to two places', 'REQUEST_FAILED', (it) => it.end(redirect('/a\r\nlocation: /b'))],
  ['redirects to nowhere', 'REQUEST_FAILED', (it) => it.end(redirect(`http://${free}/`))],
  ['resets at once', 'REQUEST_FAILED', (it) => it.resetAndDestroy()],
  [
    'resets in the headers',
    'REQUEST_FAILED',
    (it) => it.write(`${ok}x: ${free}`, () => it.resetAndDestroy()),
  ],
  ['resets in the body', 'REQUEST_FAILED', (it) => it.write(`${ok}\r\n${free}`, () => it.resetAndDestroy())],
  [
    'fails with what it was sent',
    'STEP_FAILED',
    (it, request) => it.end(`HTTP/1.1 500 ${free}\r\nx: ${bound}\r\n\r\n${request}`),
  ],
]
