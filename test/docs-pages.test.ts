import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { docsPages, renderPage } from '../docs/html.js'
import { errorCodes } from '../src/errors.ts'
import { addressOf, addressOfCode, helpWith, type Place, places } from '../web/src/docs/places.ts'

const html = new Map(docsPages.map((page) => [`/docs/${page}`, renderPage(page)]))
const idsOf = (text: string): string[] => [...text.matchAll(/<h\d id="([^"]+)"/g)].map(([, id = '']) => id)

function leadsToHeading(address: string): boolean {
  const [page = '', anchor] = address.split('#')
  const text = html.get(page)
  return text !== undefined && (anchor === undefined || idsOf(text).includes(anchor))
}

test.each(Object.keys(places) as Place[])(
  'the place %s of the app leads to a heading of the docs',
  (place) => {
    expect(addressOf(place)).toContain('#')
    expect(leadsToHeading(addressOf(place))).toBe(true)
  },
)

test('every error code has a heading, and help', () => {
  expect(errorCodes.filter((it) => !leadsToHeading(addressOfCode(it) ?? ''))).toEqual([])
  expect(errorCodes.filter((it) => !leadsToHeading(helpWith(it) ?? ''))).toEqual([])
})

test.each(['UNREACHABLE', 'constructor', '__proto__', '"><script>', ''])(
  'what is no code of the docs has no link: %s',
  (code) => expect(helpWith(code)).toBeUndefined(),
)

test.each(docsPages)(
  'every link of %s leads to a page of the instance and a heading, or to the repository',
  (page) => {
    const text = html.get(`/docs/${page}`) ?? ''
    const links = [...text.matchAll(/ href="([^"]+)"/g)].map(([, to = '']) => to)
    const own = links.filter((it) => it.startsWith('/docs/') && it !== '/docs/docs.css' && it !== '/docs/')
    expect(own.length).toBeGreaterThan(docsPages.length / 2)
    expect(own.filter((it) => !leadsToHeading(it))).toEqual([])
    const anchors = links.filter((it) => it.startsWith('#')).map((it) => it.slice(1))
    expect(anchors.filter((it) => !idsOf(text).includes(it))).toEqual([])
    const rest = links.filter(
      (it) => !/^(?:\/docs\/|#|https:\/\/|http:\/\/localhost[:/]|\/$|\/favicon\.svg$|mailto:)/.test(it),
    )
    expect(rest).toEqual([])
    const repository = /^https:\/\/github\.com\/lockstep-dev\/lockstep\/blob\/main\/([^#]+)/
    const files = links.flatMap((it) => repository.exec(it)?.[1] ?? [])
    expect(files.filter((it) => !existsSync(it))).toEqual([])
  },
)

test.each(docsPages)('%s has no script, no style of its own, and each heading once', (page) => {
  const text = html.get(`/docs/${page}`) ?? ''
  const tags = new Set([...text.matchAll(/<([a-z][a-z0-9]*)/g)].map(([, tag]) => tag))
  for (const tag of ['script', 'style', 'iframe', 'form', 'object', 'img']) expect(tags).not.toContain(tag)
  expect(text).not.toMatch(/<[a-z][^>]* (?:style|on[a-z]+)=/)
  expect(new Set(idsOf(text)).size).toBe(idsOf(text).length)
})

test('what looks like a tag or an expression in the docs is text', () => {
  const source = readFileSync('docs/step-types.md', 'utf8')
  expect(source).toContain('{{ secrets.')
  expect(html.get('/docs/step-types')).toContain('{{ secrets.')
})
