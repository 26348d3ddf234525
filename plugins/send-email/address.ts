import { domainToASCII } from 'node:url'
import { AppError } from '../../src/steps/index.ts'
import { decodeWords } from './encoded-words.ts'

/** An address in nodemailer's form. With two parts nodemailer never has to guess where an address ends. */
export interface Address {
  readonly name: string
  readonly address: string
}

/**
 * Reads `ann@example.com`, `Ann Example <ann@example.com>` or `"Example, Ann" <ann@example.com>`: exactly one address. The name
 * may be quoted (RFC 5322, quoted-string) or encoded (RFC 2047).
 *
 * A comma, a second address or a line break in a stranger's value would add recipients or headers. So the grammar
 * is narrower than that of RFC 5322: no quoted local parts, comments, groups or routes.
 *
 * @param row in a list of them, from 1.
 * @throws AppError INVALID_FIELD, which does not repeat the input.
 */
export function readAddress(text: string, row?: number): Address {
  const { name, bracketed } = split(text.trim())
  const address = (bracketed ?? text).trim().replace(/^mailto:/i, '')
  const shown = decodeWords(name)
  if (!isAddress(address) || !isOneLine(text) || !isOneLine(shown)) {
    const isGroup = /^[^<>@"]{1,200}:.*;\s*$/.test(text)
    const group = isGroup ? ' A group has to be written as the addresses in it.' : ''
    const reason = `must be one address: ann@example.com, or Ann <ann@example.com>.${group}`
    if (row === undefined) throw new AppError('INVALID_FIELD', reason)
    throw new AppError('INVALID_FIELD', `no. ${row} ${reason}`, { at: { row }, reason })
  }
  return { name: shown, address }
}

/** The part after the @, as it is sent. */
export function domainOf({ address }: Address): string {
  return domainToASCII(address.slice(address.lastIndexOf('@') + 1))
}

export function isOneLine(text: string): boolean {
  return !/[\p{Cc}\u2028\u2029]/u.test(text)
}

function isAddress(address: string): boolean {
  const [, local = '', domain = ''] = /^([^\s@"(),:;<>[\\\]]+)@([^\s@"(),:;<>[\\\]]+)$/.exec(address) ?? []
  if (local === '' || local.length > 64 || address.length > 254) return false
  return domainToASCII(domain)
    .split('.')
    .every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))
}

const QUOTED = /^"((?:[^"\\]|\\.)*)"\s*<([^<>]*)>$/

/** The name before an address in brackets, without its quotes. */
function split(text: string): { name: string; bracketed: string | undefined } {
  const [, quoted, ofQuoted] = QUOTED.exec(text) ?? []
  if (quoted !== undefined) return { name: quoted.replace(/\\(.)/g, '$1'), bracketed: ofQuoted }
  const [, name = '', bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(text) ?? []
  return { name: name.trim(), bracketed }
}
