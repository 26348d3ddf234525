import { hostRoles, parse } from '../../template/index.ts'
import { invalid, type Kind, readText, renderText, staticText } from './kind.ts'

export const url: Kind = {
  holdsSecrets: true,
  options: [],
  check(value) {
    const source = readText(value)
    if (staticText(source, 'url') !== undefined) return
    checkScheme(source)
    hostRoles(parse(source), source)
  },
  render: (value, field, scope) => renderText(readText(value), field, 'url', scope),
}

/** Refuses at once what no value can correct: `file:///{{ … }}`, or a path without a host before it. */
function checkScheme(source: string): void {
  const first = parse(source)[0]
  if (first?.kind !== 'text') return
  const start = source.slice(first.start, first.end).trimStart().toLowerCase()
  const schemes = ['http://', 'https://']
  if (schemes.some((scheme) => start.startsWith(scheme) || scheme.startsWith(start))) return
  throw invalid('must begin with http:// or https:// and a host.')
}
