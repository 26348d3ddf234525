// @ts-check
// The pages of the docs that an instance serves below /docs, so that they lead to nothing outside of it. They have no script.
// Plain JavaScript: the Node that runs it may be too old for the rest.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Marked, Renderer } from 'marked'
import { REPOSITORY, sections } from './contents.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const STYLE_SHEET = 'docs/docs.css'

export const docsPages = ['index', ...sections.flatMap(({ pages }) => pages)]

/** What the pages are made of. */
export const docsSources = [
  'docs/contents.js',
  'docs/html.js',
  STYLE_SHEET,
  ...docsPages.map((it) => `docs/${it}.md`),
]

/**
 * The anchor of a heading, as GitHub and VitePress make it.
 *
 * @param {string} heading in Markdown
 */
export const slug = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

/** Writes all pages into `web/dist/docs`. */
export function writeDocs() {
  const folder = join(root, 'web/dist/docs')
  rmSync(folder, { recursive: true, force: true })
  for (const page of docsPages) {
    const file = join(folder, `${page}.html`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, renderPage(page))
  }
  writeFileSync(join(folder, 'docs.css'), readFileSync(join(root, STYLE_SHEET)))
}

/** @param {string} page */
const textOf = (page) => readFileSync(join(root, `docs/${page}.md`), 'utf8')

/** @param {string} page */
const titleOf = (page) => (/^# (.+)$/m.exec(textOf(page))?.[1] ?? page).replaceAll('`', '')

/** @param {string} page its path below docs, without the ending */
export function renderPage(page) {
  const text = textOf(page).replace(/<!--[\s\S]*?-->/g, '')
  const content = /** @type {string} */ (markdownOf(page).parse(text))
  const title = inHtml(titleOf(page))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Lockstep docs</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header><a href="/docs/">Lockstep docs</a> <a href="/">Open the app</a></header>
<nav aria-label="Pages"><details><summary>All pages</summary>${contents()}</details></nav>
<main>
${content}</main>
</body>
</html>
`
}

function contents() {
  /** @param {string} page */
  const link = (page) => `<li><a href="/docs/${page}">${inHtml(titleOf(page))}</a></li>`
  return sections.map(({ title, pages }) => `<h2>${title}</h2><ul>${pages.map(link).join('')}</ul>`).join('')
}

/** @param {string} page */
function markdownOf(page) {
  return new Marked({
    walkTokens(token) {
      if (token.type === 'link') token.href = addressOf(page, token.href)
    },
    renderer: {
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${slug(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      // What looks like a tag is text, as on the site.
      html: ({ text }) => inHtml(text),
      // Wide ones are scrolled, by keyboard too.
      code: ({ text }) => `<pre tabindex="0"><code>${inHtml(text)}</code></pre>\n`,
      table(token) {
        const table = Renderer.prototype.table.call(this, token)
        return `<div class="wide" role="group" aria-label="Table" tabindex="0">${table.replaceAll(/<th([^>]*)><\/th>/g, '<td$1></td>')}</div>\n`
      },
    },
  })
}

/**
 * What is no page of the instance is read in the repository.
 *
 * @param {string} page
 * @param {string} to
 */
function addressOf(page, to) {
  if (/^(?:[a-z][a-z+.-]*:|#)/i.test(to)) return to
  const [path = '', anchor] = posix.join('docs', posix.dirname(page), to).split('#')
  const target = path.replace(/^docs\/(.+)\.md$/, '$1')
  const address = docsPages.includes(target) ? `/docs/${target}` : `${REPOSITORY}/${path}`
  return anchor === undefined ? address : `${address}#${anchor}`
}

/** @param {string} text */
const inHtml = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
