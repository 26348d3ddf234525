import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { pages } from '../docs/generate/pages.ts'
import { slug } from '../docs/html.js'

test.each(Object.entries(pages))('%s is what the code says (npm run docs:pages)', (file, make) => {
  expect(readFileSync(file, 'utf8')).toBe(make())
})

const documents = ['*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/**/*.md'].flatMap((it) =>
  globSync(it, { exclude: (name) => /node_modules/.test(name) }),
)

test.each(documents)('every link of %s leads to a file, and to a heading of it', (file) => {
  const text = withoutCode(readFileSync(file, 'utf8'))
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to)
  const own = links.filter((it) => !/^[a-z][a-z+.-]*:/i.test(it))
  expect(own.filter((it) => !leadsSomewhere(file, it))).toEqual([])
})

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? file : join(dirname(file), decodeURIComponent(path))
  // A link may lead out of docs, and never out of the repository.
  if (!resolve(target).startsWith(resolve('.')) || !existsSync(target)) return false
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(anchor)
}

/** The anchors of its headings. */
function anchorsOf(file: string): Set<string> {
  const headings = withoutCode(readFileSync(file, 'utf8')).matchAll(/^#{1,6} (.+)$/gm)
  return new Set([...headings].map(([, text = '']) => slug(text)))
}

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '')
