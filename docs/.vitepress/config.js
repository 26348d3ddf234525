// @ts-check
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { defineConfig } from 'vitepress'
import { ofTheCode, REPOSITORY, sections } from '../contents.js'

/** @param {string} file */
const page = (file) => {
  const [, title = file] =
    /^# (.+)$/m.exec(readFileSync(new URL(`../${file}.md`, import.meta.url), 'utf8')) ?? []
  return { text: title.replaceAll('`', ''), link: `/${file}` }
}

/** @param {string} folder */
const pagesIn = (folder) =>
  readdirSync(new URL(`../${folder}`, import.meta.url))
    .filter((it) => it.endsWith('.md') && it !== 'README.md')
    .sort()
    .map((it) => page(`${folder}/${it.replace(/\.md$/, '')}`))

export default defineConfig({
  title: 'Lockstep',
  description: 'The secret store for workflow automations.',
  cleanUrls: true,
  ignoreDeadLinks: 'localhostLinks',
  srcExclude: ['node_modules/**'],
  rewrites: { 'decisions/README.md': 'decisions/index.md' },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: [
      ...sections.map(({ title, pages }) => ({ text: title, items: pages.map(page), collapsed: false })),
      { text: 'Work on it', items: ofTheCode.map(page), collapsed: false },
      { text: 'Decisions', items: pagesIn('decisions'), collapsed: true },
    ],
  },
  // The pages are Markdown alone: what looks like a tag, or an expression of Vue, is text.
  vue: { template: { compilerOptions: { delimiters: ['<%vue', 'vue%>'] } } },
  markdown: {
    html: false,
    config(md) {
      md.core.ruler.before('normalize', 'comments', (state) => {
        state.src = state.src.replace(/<!--[\s\S]*?-->/g, '')
      })
      md.core.ruler.push('repository', ({ tokens, env }) => {
        for (const { children } of tokens)
          for (const token of children ?? []) {
            const to = token.type === 'link_open' ? token.attrGet('href') : null
            if (to) token.attrSet('href', addressOf(env.relativePath, to))
          }
      })
    },
  },
})

/**
 * What is no page is read in the repository.
 *
 * @param {string} from
 * @param {string} to
 */
function addressOf(from, to) {
  if (/^(?:[a-z][a-z+.-]*:|#)/i.test(to)) return to
  const target = posix.join('docs', posix.dirname(from), to)
  const isPage = target.startsWith('docs/') && /(?:\.md|^[^.]+)(?:#.*)?$/.test(posix.basename(target))
  return isPage ? to : `${REPOSITORY}/${target}`
}
