import { toBase64 } from '../../../src/template/base64.ts'
import { type Argument, readArguments } from './arguments.ts'
import { formPart } from './form-part.ts'
import { refusal } from './refusal.ts'

export interface Pair {
  readonly name: string
  readonly value: string
}

/** What the options of a command ask for, before it is decided what becomes of it. */
export interface Draft {
  readonly notes: Set<string>
  readonly urls: string[]
  method: string | undefined
  readonly switches: Set<string>
  /** Pieces of the body, with the separator before each piece except the first. */
  readonly data: { readonly text: string; readonly joint: string }[]
  readonly parts: Pair[]
  /** Media types and file names of parts, by their names. */
  readonly partTypes: Pair[]
  readonly fileNames: Pair[]
  /** As they are given. A value of `undefined` removes a header that curl itself would set. */
  readonly headers: { readonly name: string; readonly value: string | undefined }[]
  /** Headers from other options, by name. An explicit header of the same name replaces one. */
  readonly ownHeaders: Map<string, string>
  readonly cookies: string[]
  readonly query: string[]
  readonly limits: Map<string, number>
}

/** @throws AppError INVALID_FIELD that names the option but no value */
export function readDraft(words: readonly string[], input?: string): Draft {
  const draft: Draft = {
    notes: new Set(),
    urls: [],
    method: undefined,
    switches: new Set(),
    data: [],
    parts: [],
    partTypes: [],
    fileNames: [],
    headers: [],
    ownHeaders: new Map(),
    cookies: [],
    query: [],
    limits: new Map(),
  }
  const reasons = new Map<string, Set<string>>()
  for (const argument of readArguments(words)) {
    if (argument.reason !== undefined) {
      reasons.set(argument.reason, (reasons.get(argument.reason) ?? new Set()).add(argument.written))
      draft.switches.add(argument.name)
    } else apply(draft, withInput(argument, input))
  }
  for (const [reason, names] of reasons) draft.notes.add(`Left out ${[...names].join(', ')}: ${reason}`)
  return draft
}

/** Puts the text of a here-document where `@-` or `name@-` asks for standard input. */
function withInput(argument: Argument, input: string | undefined): Argument {
  const { name, value } = argument
  const plain = PLAIN_DATA[name]
  if (input === undefined || plain === undefined) return argument
  if (name === 'data-urlencode') {
    const [, label = ''] = /^([^=]*)@-$/.exec(value) ?? []
    return /^[^=]*@-$/.test(value) ? { ...argument, value: `${label}=${input}` } : argument
  }
  if (value !== '@-') return argument
  // -d takes line breaks out of what it reads.
  return {
    ...argument,
    name: plain,
    value: /^data(-ascii)?$/.test(name) ? input.replace(/[\r\n]/g, '') : input,
  }
}

const PLAIN_DATA: Readonly<Record<string, string>> = {
  data: 'data-raw',
  'data-ascii': 'data-raw',
  'data-binary': 'data-raw',
  'data-urlencode': 'data-urlencode',
  json: 'json',
}

function apply(draft: Draft, argument: Argument): void {
  const { name, value, written } = argument
  if (name === 'next')
    throw refusal('--next makes several requests of it. Paste one, and make a step for each.')
  if (Object.hasOwn(actions, name)) actions[name]?.(draft, value, written)
  else draft.switches.add(name)
}

/** Options whose value is a file name if it begins with an @. */
const data =
  (joint: string) =>
  (draft: Draft, value: string, written: string): void => {
    if (value.startsWith('@')) leaveOutBody(draft, written)
    else draft.data.push({ text: value, joint })
  }

const limit =
  (name: string) =>
  (draft: Draft, value: string, written: string): void => {
    if (!/^-?\d+(\.\d+)?$/.test(value)) throw refusal(`the value of ${written} is no number.`)
    draft.limits.set(name, Number(value))
  }

const own =
  (name: string, read: (value: string) => string = (value) => value) =>
  (draft: Draft, value: string): void => {
    draft.ownHeaders.set(name, read(value))
  }

const actions: Readonly<Record<string, (draft: Draft, value: string, written: string) => void>> = {
  url: (draft, value) => draft.urls.push(value),
  request(draft, value) {
    draft.method = value
  },
  header: readHeader,
  data: data('&'),
  'data-ascii': data('&'),
  'data-binary': data('&'),
  'data-raw': (draft, value) => draft.data.push({ text: value, joint: '&' }),
  'data-urlencode'(draft, value, written) {
    const text = urlEncoded(value)
    if (text === undefined) leaveOutBody(draft, written)
    else draft.data.push({ text, joint: '&' })
  },
  json(draft, value, written) {
    data('')(draft, value, written)
    draft.switches.add('json')
  },
  form(draft, value, written) {
    const part = formPart(value)
    if (part === undefined) leaveOutBody(draft, written)
    else {
      const { name, type, fileName } = part
      draft.parts.push({ name, value: part.value })
      if (type !== undefined) draft.partTypes.push({ name, value: type })
      if (fileName !== undefined) draft.fileNames.push({ name, value: fileName })
      if (part.hasMore) {
        draft.notes.add(
          `Left out what follows the value in ${written} besides its type and file name: a step sends none of it.`,
        )
      }
    }
  },
  'form-string'(draft, value) {
    const [name = ''] = value.split('=', 1)
    draft.parts.push({ name, value: value.slice(name.length + 1) })
  },
  user(draft, value, written) {
    if (!value.includes(':'))
      draft.notes.add(`${written} has no password, so that it is sent as an empty one.`)
    setUser(draft, value)
  },
  'oauth2-bearer': own('Authorization', (token) => `Bearer ${token}`),
  'user-agent': own('User-Agent'),
  referer: own('Referer', (value) => value.replace(/;auto$/, '')),
  range: own('Range', (range) => `bytes=${range}`),
  cookie(draft, value, written) {
    if (value.includes('=')) draft.cookies.push(value)
    else noteFile(draft, written)
  },
  'url-query'(draft, value, written) {
    const text = value.startsWith('+') ? value.slice(1) : urlEncoded(value)
    if (text === undefined) noteFile(draft, written)
    else draft.query.push(text)
  },
  'max-redirs': limit('max-redirs'),
  'max-time': limit('max-time'),
  retry: limit('retry'),
}

/** Sets Basic credentials (RFC 7617), unless there are others. */
export function setUser(draft: Draft, value: string): void {
  if (draft.ownHeaders.has('Authorization')) return
  const pair = value.includes(':') ? value : `${value}:`
  draft.ownHeaders.set('Authorization', `Basic ${toBase64(new TextEncoder().encode(pair))}`)
}

/** Reads `Name: value`. `Name:` removes a header, and `Name;` is one without a value. */
function readHeader(draft: Draft, text: string, written: string): void {
  if (text.startsWith('@')) {
    noteFile(draft, written)
    return
  }
  // From 1, since the names of pseudo headers begin with a colon.
  const colon = text.indexOf(':', 1)
  const value = text.slice(colon + 1).trim()
  if (colon !== -1) draft.headers.push({ name: text.slice(0, colon).trim(), value: value || undefined })
  else if (text.endsWith(';')) draft.headers.push({ name: text.slice(0, -1), value: '' })
  else draft.notes.add(`Left out a ${written} without a colon: it is no header.`)
}

/** Reads `content`, `=content` and `name=content`; `undefined` for the `@file` forms. */
function urlEncoded(value: string): string | undefined {
  const at = value.indexOf('=')
  if (at === -1) return value.includes('@') ? undefined : encode(value)
  return `${value.slice(0, at)}${at === 0 ? '' : '='}${encode(value.slice(at + 1))}`
}

function encode(text: string): string {
  const plain = encodeURIComponent(text.toWellFormed())
  return plain
    .replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** The method stays the one of a request with a body. */
function leaveOutBody(draft: Draft, written: string): void {
  draft.switches.add(BODY_LEFT_OUT)
  noteFile(draft, written)
}

/** No option of curl has this name. */
export const BODY_LEFT_OUT = 'body left out'

function noteFile(draft: Draft, written: string): void {
  draft.notes.add(
    `Left out ${written} where it names a file: a step reads no files. Put the content itself there.`,
  )
}
