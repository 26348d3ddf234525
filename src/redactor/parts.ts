import { ExactNumber, parseJson, plainDigits } from '../exact-json.ts'
import { isSecretName, isTelling } from './telling.ts'
import { trimmed } from './trimmed.ts'

/** JSON in a string of JSON in a line of a file: more is nobody's secret. */
const NESTED = 4
/** A value of 64 KiB has no more assignments or lines of a key. */
const PARTS_AT_MOST = 2048
const CONNECTION_AT_MOST = 4096

/**
 * What may come back alone of a value that has parts: the strings of JSON, the values of assignments (`.env`, INI,
 * connection strings), user info, password, query and path of a URL, both sides of a colon, lines, the body of a PEM
 * block, the text that base64 holds. Each as it is written and, in a URL, decoded. {@link isTelling} says which of
 * them are masked alone.
 */
export function partsOf(value: string): string[] {
  const parts = new Parts()
  parts.split(value, 0)
  parts.found.delete(value)
  return [...parts.found]
}

/** What percent-encoding of any depth holds; the text itself where nothing does. */
export function decodedPercent(text: string): string {
  if (!text.includes('%')) return text
  const bytes = Buffer.from(text).toString('latin1')
  const decoded = bytes.replaceAll(/%(?:25)*([0-9a-fA-F]{2})/g, (_all, it) =>
    String.fromCharCode(Number.parseInt(it, 16)),
  )
  return Buffer.from(decoded, 'latin1').toString('utf8')
}

class Parts {
  readonly found = new Set<string>()

  /** `secret`: it stands where a password or a key belongs. */
  #take(part: string, secret: boolean, depth: number): void {
    if (this.found.size >= PARTS_AT_MOST) return
    if (isTelling(part, secret)) this.found.add(part)
    const decoded = decodedPercent(part)
    if (decoded !== part && isTelling(decoded, secret)) this.found.add(decoded)
    this.split(part, depth + 1)
  }

  split(text: string, depth: number): void {
    if (depth > NESTED || text.trim().length < 8) return
    if (this.#json(text, depth)) return
    if (/[\r\n]/.test(text.trim())) this.#lines(text, depth)
    else if (!this.#url(text, depth) && !this.#assignments(text, depth)) {
      this.#pair(text, depth)
      this.#base64(text, depth)
      this.#signed(text)
    }
  }

  #json(text: string, depth: number): boolean {
    if (!/^\s*["[{]/.test(text)) return false
    try {
      this.#leaves(parseJson(text), false, depth)
      return true
    } catch {
      return false
    }
  }

  #leaves(data: unknown, secret: boolean, depth: number): void {
    if (typeof data === 'string') this.#take(data, secret, depth)
    else if (typeof data === 'number' && secret) this.#take(String(data), secret, depth)
    else if (data instanceof ExactNumber && secret) {
      for (const digits of [data.digits, plainDigits(data.digits)]) this.#take(digits, secret, depth)
    } else if (typeof data === 'object' && data !== null) {
      for (const [name, it] of Object.entries(data)) {
        this.#leaves(it, Array.isArray(data) ? secret : isSecretName(name), depth)
      }
    }
  }

  /** A file of assignments says nothing in its other lines; the lines of anything else are masked one by one. */
  #lines(text: string, depth: number): void {
    this.#take(pemBody(text), true, depth)
    const lines = text.split(/[\r\n]+/).map((it) => it.trim())
    const telling = lines.filter(
      (it) => it !== '' && !/^(?:[#;]|\/\/|\[.*\]$|-----(?:BEGIN|END) [A-Z0-9 ]+-----$)/.test(it),
    )
    const assigned = telling.filter((it) => assignment(it) !== undefined)
    const isFile = assigned.length * 2 > telling.length
    for (const line of telling) {
      const [name, value] = assignment(line) ?? []
      if (name !== undefined && value !== undefined) this.#take(value, isSecretName(name), depth)
      if (!isFile) this.#take(line, true, depth)
    }
  }

  #url(text: string, depth: number): boolean {
    const url = /^\s*[a-z][a-z0-9+.:-]*:\/\/(?:([^/?#\s]*)@)?([^/?#\s]*)([^?#\s]*)(?:\?([^#\s]*))?/i.exec(
      text,
    )
    if (url === null) return false
    const [, userInfo = '', , path = '', query = ''] = url
    // People write passwords with signs into a URL that end its authority for a parser.
    const unescaped = /^\s*[a-z][a-z0-9+.:-]*:\/\/([^/?#\s:@]*:\S*)@/i.exec(text)?.[1] ?? userInfo
    for (const it of new Set([userInfo, unescaped])) {
      const colon = it.indexOf(':')
      this.#take(colon < 0 ? it : it.slice(0, colon), false, depth)
      if (colon >= 0) this.#take(it.slice(colon + 1), true, depth)
    }
    for (const segment of path.split('/')) this.#take(segment, false, depth)
    for (const pair of query.split('&')) {
      const [name = '', ...rest] = pair.split('=')
      this.#take(rest.join('='), isSecretName(name), depth)
    }
    return true
  }

  /** `Server=db;Password=x`, `host=db password='x'` and one assignment alone. */
  #assignments(text: string, depth: number): boolean {
    if (text.length > CONNECTION_AT_MOST) return false
    const pieces = text.includes(';')
      ? text.split(';').filter((it) => it.trim() !== '')
      : (text.match(/(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s'"])+/g) ?? [])
    const pairs = pieces.map((it) => assignment(it.trim()))
    const one = pairs.length === 1 || !text.includes('=') ? assignment(text.trim()) : undefined
    const found = pairs.every((it) => it !== undefined) ? pairs : [one]
    for (const [name, value] of found.filter((it) => it !== undefined))
      this.#take(value, isSecretName(name), depth)
    return found[0] !== undefined
  }

  #pair(text: string, depth: number): void {
    const [, user, password] = /^([^\s:]+):(\S.*)$/.exec(text) ?? []
    if (user === undefined || password === undefined) return
    this.#take(user, false, depth)
    this.#take(password, true, depth)
  }

  #base64(text: string, depth: number): void {
    if (text.length < 24 || !/^[\w+/-]+={0,2}$/.test(text)) return
    const decoded = Buffer.from(text, 'base64').toString('utf8')
    if (!/[^\P{Cc}\t\r\n]|\ufffd/u.test(decoded)) this.#take(decoded, true, depth)
  }

  /**
   * What follows the header of a token in compact form (RFC 7515 3.1, RFC 7516 3.1). The header is the same for all tokens of an
   * issuer. What the claims say in the clear is no secret: services answer with the same names and ids.
   */
  #signed(text: string): void {
    const token = /^(?:[A-Za-z]+ )?(eyJ[\w-]+(?:\.[\w-]*){2,4})$/.exec(text)?.[1] ?? ''
    for (const it of token.split('.').slice(1)) if (isTelling(it, true)) this.found.add(it)
  }
}

/** The base64 of a PEM block (RFC 7468) without its line breaks, or nothing. */
export function pemBody(text: string): string {
  const frame = /-----BEGIN [A-Z0-9 ]{1,64}-----/.exec(text)
  const end = frame === null ? -1 : text.indexOf('-----END ', frame.index)
  return frame === null || end < 0 ? '' : text.slice(frame.index + frame[0].length, end).replaceAll(/\s/g, '')
}

/** `A=b`, `export A="b c"`, `key: value`; a comment may follow a value that is quoted, or after white space. */
function assignment(line: string): [name: string, value: string] | undefined {
  const parsed =
    /^(?:export |set |- )?["']?([A-Za-z_][\w. -]{0,100}?)["']?(?:[ \t]?=[ \t]?|:[ \t]{1,8})(\S.*)$/.exec(line)
  const [, name, right] = parsed ?? []
  if (name === undefined || right === undefined) return
  const quoted = /^(["'`])(.*)\1(?:\s+[#;].*|[,;])?$/.exec(right)
  if (quoted === null) return [name, trimmed(right.replace(/\s#.*$/, ''))]
  const [, quote, content = ''] = quoted
  return [name, quote === '"' ? content.replaceAll(/\\(["\\$`])/g, '$1') : content]
}
