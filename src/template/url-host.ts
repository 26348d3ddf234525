import { AppError } from '../errors.ts'
import type { ExpressionPart, Part } from './part.ts'
import { shorten } from './shorten.ts'
import { endOfScheme, endOfUserInfo } from './url-position.ts'

/** The role of a value in the host and port that a template writes. */
export type HostRole = 'whole' | 'label' | 'port'

/** Stands for an expression. No host contains it. */
const HOLE = '\0'

/**
 * The role of each expression between `://` and the path, by its index. A value may be the whole host, the port,
 * or a label of a host whose end is written: `{{ … }}.example.com`. Anything else would let a value change the
 * written host into another: `example.com{{ … }}` becomes `example.com.evil.test`, `{{ … }}example.com` becomes
 * `evilexample.com`.
 *
 * @throws AppError INVALID_FIELD
 */
export function hostRoles(parts: readonly Part[], source: string): ReadonlyMap<number, HostRole> {
  const { text, holes } = writtenAuthority(parts)
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(.*)$/s.exec(text) ?? []
  const inHost = host.split(HOLE).length - 1
  const isWritten = host.length > inHost
  const isSound = !isWritten || endsInDomain(host.slice(host.lastIndexOf(HOLE) + 1))
  const roles = new Map<number, HostRole>()
  for (const [at, index] of holes.entries()) {
    const role = at >= inHost ? 'port' : isWritten ? 'label' : 'whole'
    if (role === 'port' ? port !== `:${HOLE}` : !isSound) throw glued(parts[index], source)
    // Nothing can follow a whole host, except after `raw`, which may have ended the host.
    if (role !== 'whole' || at === 0) roles.set(index, role)
  }
  return roles
}

/**
 * Whether the text after the last value in a host leaves the domain unchanged: `.example.com`, `-api.example.com`.
 */
function endsInDomain(written: string): boolean {
  const [label = '', ...rest] = written.split('.')
  return rest.length >= (label === '' ? 1 : 2) && rest.every((it) => it !== '')
}

/** Host and port as they are written, after user info. Empty when a value gives the beginning of the URL. */
function writtenAuthority(parts: readonly Part[]): { text: string; holes: number[] } {
  const start = endOfScheme(parts)
  const pieces: string[] = []
  const holes: number[] = []
  if (start === undefined) return { text: '', holes }
  const userInfoEnd = endOfUserInfo(parts, start)
  for (let index = userInfoEnd; index < parts.length; index++) {
    const part = parts[index]
    if (part?.kind !== 'text') {
      pieces.push(HOLE)
      holes.push(index)
      continue
    }
    const written = index === start ? part.text.slice(part.text.indexOf('://') + 3) : part.text
    const end = written.search(/[/\\?#]/)
    const authority = end === -1 ? written : written.slice(0, end)
    pieces.push(index === userInfoEnd ? authority.slice(authority.lastIndexOf('@') + 1) : authority)
    if (end !== -1) break
  }
  return { text: pieces.join(''), holes }
}

export function glued(part: Part | undefined, source: string): AppError {
  const { path } = (part as ExpressionPart).expression
  return new AppError(
    'INVALID_FIELD',
    `${shorten(source.slice(path.start, path.end))} stands right beside a part of the host of the URL, and its value ` +
      'would make another host of it. Put a / between them; or let the expression be the whole host, or a part of it ' +
      'before a dot, as in https://{{ … }}.example.com.',
  )
}
