const NO_HTTP = 'answered with something that is not HTTP.'

/** By the words of the parser (llhttp), which are fixed and hold nothing of the answer. The first that fits counts. */
const reasons: readonly (readonly [pattern: RegExp, text: string])[] = [
  [
    /Missing expected (?:CR|LF)|Expected LF|after CR/,
    'ends the lines of its answer otherwise than with CR LF, as HTTP asks for (RFC 9112, section 2.2).',
  ],
  [
    /Content-Length can't be present|Transfer-Encoding can't be present/,
    'announced a length and chunks in one answer.',
  ],
  [/Content-Length/, 'announced a length that is none.'],
  [/chunk/i, 'sent a chunk whose size cannot be read.'],
  [/header value char/, 'sent a header with a control character in its value.'],
  [/header token|header field/, 'sent a header whose name cannot be one.'],
  [
    /after header value|folding/i,
    'sent a header over several lines, which HTTP no longer has (RFC 9112, section 5.2).',
  ],
  [/status/i, 'answered with a status that is none.'],
  [/version/i, 'answered with a version of HTTP that is unknown.'],
]

const codesOf = (data: string): number[] => [...data.slice(0, 9)].map((it) => it.charCodeAt(0))

/** A SETTINGS frame of the whole connection, with which every server of HTTP/2 begins (RFC 9113, section 3.4). */
function isHttp2(data: string): boolean {
  const [length, , , type, , ...stream] = codesOf(data)
  return length === 0 && type === 4 && stream.length === 4 && stream.every((it) => it === 0)
}

/** An alert or another record of TLS (RFC 8446, section 5.1). */
function isTls(data: string): boolean {
  const [type = 0, major, minor = 9] = codesOf(data)
  return type >= 20 && type <= 23 && major === 3 && minor <= 4
}

/**
 * What is wrong with an answer that the parser of HTTP/1.1 has refused; undefined for another error. Of the answer only its
 * first bytes are looked at, to tell other protocols. Nothing of it is shown.
 */
export function describeNoHttp(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'HTTPParserError') return undefined
  const data = 'data' in error ? String(error.data) : ''
  if (isHttp2(data)) {
    return 'speaks HTTP/2 alone, and without TLS it cannot be asked for that. Use its https port, or one that speaks HTTP/1.1.'
  }
  if (isTls(data)) return 'answered with TLS. Write https:// in the URL.'
  return reasons.find(([pattern]) => pattern.test(error.message))?.[1] ?? NO_HTTP
}
