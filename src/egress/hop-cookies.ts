import { Sensitive } from '../sensitive.ts'
import { type Answer, valuesOf } from './answer.ts'
import type { StepSecrets } from './http.ts'
import { type OutgoingRequest, reveal } from './outgoing-request.ts'

const MOST_COOKIES = 50
const LONGEST_COOKIE = 4096
const PAIR = /^\s*([^\s=;,"]+)\s*=\s*([^;]*)/
const ATTRIBUTE = /;\s*([a-z-]+)\s*(?:=\s*([^;]*))?/gi

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/**
 * The cookies that the redirects of one request set, as browsers send them back (RFC 6265): servers that check for one
 * redirect for ever without it. A cookie goes only to the very origin that set it, whatever its Domain says, and is
 * forgotten with the request.
 */
export class HopCookies {
  readonly #secrets: StepSecrets
  readonly #byOrigin = new Map<string, Cookie[]>()

  constructor(secrets: StepSecrets) {
    this.#secrets = secrets
  }

  take(answer: Answer, url: URL): void {
    const now = Date.parse(valuesOf(answer, 'date')[0] ?? '') || 0
    for (const text of valuesOf(answer, 'set-cookie')) {
      if (text.length <= LONGEST_COOKIE) this.#takeOne(text, url, now)
    }
  }

  #takeOne(text: string, url: URL, now: number): void {
    const [, name, value = ''] = PAIR.exec(text) ?? []
    // A value of a secret goes nowhere because a server says so.
    if (name === undefined || this.#secrets.find(text).length > 0) return
    const attributes = new Map(
      [...text.matchAll(ATTRIBUTE)].map(([, key = '', it = '']) => [key.toLowerCase(), it.trim()]),
    )
    const written = attributes.get('path') ?? ''
    const path = written.startsWith('/') ? written : url.pathname.replace(/\/[^/]*$/, '')
    const others = (this.#byOrigin.get(url.origin) ?? []).filter((it) => it.name !== name || it.path !== path)
    const isOver = isExpired(attributes, now)
    const cookies = isOver ? others : [...others, { name, value: value.trim(), path }]
    this.#byOrigin.set(url.origin, cookies.slice(-MOST_COOKIES))
  }

  /** The request with the cookies of its origin. Of two with one name that of the server counts. */
  addTo(request: OutgoingRequest): OutgoingRequest {
    const { origin, pathname } = request.url
    const cookies = (this.#byOrigin.get(origin) ?? []).filter(({ path }) => isWithin(pathname, path))
    if (cookies.length === 0) return request
    const names = new Set(cookies.map(({ name }) => name))
    const own = request.headers.filter(({ name }) => name === 'cookie')
    const kept = own
      .flatMap(({ value }) => reveal(value).split(/;\s*/))
      .filter((pair) => !names.has(pair.split('=')[0]?.trim() ?? ''))
    const text = [...kept, ...cookies.map(({ name, value }) => `${name}=${value}`)].join('; ')
    const isSecret = own.some(({ value }) => value instanceof Sensitive)
    const header = { name: 'cookie', value: isSecret ? new Sensitive(text) : text }
    return { ...request, headers: [...request.headers.filter(({ name }) => name !== 'cookie'), header] }
  }
}

/** @param now as the server says it (milliseconds since 1970). */
function isExpired(attributes: ReadonlyMap<string, string>, now: number): boolean {
  const age = attributes.get('max-age')
  if (age !== undefined && /^-?\d+$/.test(age)) return Number(age) <= 0
  return Date.parse(attributes.get('expires') ?? '') <= now
}

/** RFC 6265, section 5.1.4. */
function isWithin(pathname: string, path: string): boolean {
  const folder = path.endsWith('/') ? path : `${path}/`
  return pathname === path || pathname.startsWith(folder)
}
