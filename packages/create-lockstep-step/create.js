#!/usr/bin/env node
// @ts-check Plain JavaScript, because the Node that runs this file may be too old for TypeScript.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const [target] = process.argv.slice(2)
const name = basename(resolve(target ?? ''))

if (target === undefined || target.startsWith('-')) {
  fail('Usage: npm create lockstep-step FOLDER')
} else if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
  fail(`"${name}" cannot be the name of a step type: take lower-case letters, digits and single hyphens.`)
} else if (existsSync(target) && readdirSync(target).length > 0) {
  fail(`${target} is not empty.`)
} else {
  create(target)
}

/** @param {string} words */
function fail(words) {
  process.stderr.write(`create-lockstep-step: ${words}\n`)
  process.exitCode = 1
}

/** @param {string} folder */
function create(folder) {
  cpSync(fileURLToPath(new URL('./template', import.meta.url)), folder, { recursive: true })
  // npm leaves a file of that name out of packages.
  renameSync(join(folder, '_gitignore'), join(folder, '.gitignore'))
  const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'))
  const title = name[0]?.toUpperCase() + name.slice(1).replaceAll('-', ' ')
  for (const file of readdirSync(folder)) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(
      path,
      text.replaceAll('my-step', name).replaceAll('My step', title).replaceAll('0.0.0-lockstep', version),
    )
  }
  process.stdout.write(
    `${folder} has a step type, its tests and a playground. Now:\n\n` +
      `  cd ${folder}\n  npm install\n  npm test\n  npm run dev\n`,
  )
}
