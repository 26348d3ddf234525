/** An error that the server answers with. Its first word is a code; the rest may repeat what was sent. */
export class RedisRefusal {
  readonly code: string

  constructor(text: string) {
    this.code = /^[A-Z]{2,20}(?= |$)/.exec(text)?.[0] ?? 'ERR'
  }
}

/** A reply and where the next one begins. */
interface Read {
  readonly value: unknown
  readonly end: number
}

// A server that nests lists without end would otherwise fill the stack.
const DEEPEST = 32

/**
 * Reads one reply of the protocol RESP 2 (https://redis.io/docs/latest/develop/reference/protocol-spec/).
 *
 * @returns undefined when it is not there completely.
 * @throws Error for what is no reply.
 */
export function readReply(bytes: Buffer, from = 0, depth = 0): Read | undefined {
  const lineEnd = bytes.indexOf('\r\n', from)
  if (lineEnd < 0) return undefined
  const text = bytes.toString('utf8', from + 1, lineEnd)
  const end = lineEnd + 2
  switch (String.fromCharCode(bytes[from] ?? 0)) {
    case '+':
      return { value: text, end }
    case '-':
      return { value: new RedisRefusal(text), end }
    case ':':
      return { value: readCount(text, Number.MIN_SAFE_INTEGER), end }
    case '$':
      return readBulk(bytes, readCount(text, -1), end)
    case '*':
      return readList(bytes, readCount(text, -1), end, depth)
    default:
      throw new Error('no reply')
  }
}

function readBulk(bytes: Buffer, length: number, start: number): Read | undefined {
  if (length < 0) return { value: null, end: start }
  const end = start + length + 2
  return bytes.length < end ? undefined : { value: bytes.toString('utf8', start, end - 2), end }
}

function readList(bytes: Buffer, length: number, start: number, depth: number): Read | undefined {
  if (length < 0) return { value: null, end: start }
  if (depth === DEEPEST) throw new Error('nested too deeply')
  const value: unknown[] = []
  let end = start
  for (let item = 0; item < length; item++) {
    const read = readReply(bytes, end, depth + 1)
    if (!read) return undefined
    value.push(read.value)
    end = read.end
  }
  return { value, end }
}

function readCount(text: string, least: number): number {
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < least || text === '') throw new Error('no number')
  return count
}
