// @ts-check
import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** @typedef {{ name: string, version: string, license: string, text: string }} Library */

/**
 * Writes what the licences of bundled libraries ask for, and what is in the bundle as a CycloneDX list for scanners.
 *
 * @param {readonly string[]} modules the files that were bundled
 * @param {string} dist
 */
export async function writeNotices(modules, dist) {
  const folders = new Set(modules.filter((it) => it.includes('node_modules')).map(packageFolder))
  const libraries = [...folders].map(readLibrary).sort((a, b) => a.name.localeCompare(b.name))
  const notices = libraries.map((it) => `${it.name} ${it.version} (${it.license})\n\n${it.text}\n`)
  await writeFile(join(dist, 'THIRD-PARTY-LICENSES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`))
  const components = libraries.map(({ name, version, license }) => ({
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [{ expression: license }],
  }))
  const list = { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }
  await writeFile(join(dist, 'sbom.cdx.json'), `${JSON.stringify(list, null, 1)}\n`)
}

/** @param {string} module */
function packageFolder(module) {
  const [, inside = ''] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module.replaceAll('\\', '/')) ?? []
  const folder = module.replaceAll('\\', '/').lastIndexOf(`node_modules/${inside}`)
  return `${module.slice(0, folder)}node_modules/${inside}`.replace(/^[^/A-Za-z]*/, '')
}

/**
 * @param {string} folder
 * @returns {Library}
 */
function readLibrary(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((it) => /^(licen[cs]e|copying)/i.test(it))
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
  return { name, version, license, text }
}
