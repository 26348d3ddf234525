import { domainToASCII } from 'node:url'
import { AppError } from '../../src/steps/index.ts'

/** An address in nodemailer's form. With two parts nodemailer never has to guess where an address ends. */
export interface Address {
  readonly name: string
  readonly address: string
}

/**
 * Reads `ann@example.com` or `Ann Example <ann@example.com>`: exactly one address.
 *
 * A comma, a second address or a line break in a stranger's value would add recipients or headers. So the grammar
 * is narrower than that of RFC 5322: no quoted local parts, comments, groups or routes.
 *
 * @param row in a list of them, from 1.
 * @throws AppError INVALID_FIELD, which does not repeat the input.
 */
export function readAddress(text: string, row?: number): Address {
  const [, name, bracketed] = /^([^<>]*)<([^<>]*)>$/.exec(text.trim()) ?? []
  const address = (bracketed ?? text).trim()
  if (!isAddress(address) || !isOneLine(text)) {
    const reason = 'must be one address: ann@example.com, or Ann <ann@example.com>.'
    if (row === undefined) throw new AppError('INVALID_FIELD', reason)
    throw new AppError('INVALID_FIELD', `no. ${row} ${reason}`, { at: { row }, reason })
  }
  return { name: unquoted((name ?? '').trim()), address }
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

function unquoted(name: string): string {
  const [, inside] = /^"([^"]*)"$/.exec(name) ?? []
  return inside ?? name
}
