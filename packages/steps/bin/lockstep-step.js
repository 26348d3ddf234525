#!/usr/bin/env node
// @ts-check Plain JavaScript, because the Node that runs this file may be too old for TypeScript.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const [command = '', ...rest] = process.argv.slice(2)
const own = (/** @type {string} */ name) => fileURLToPath(new URL(`./${name}.js`, import.meta.url))

/** @type {Record<string, readonly string[]>} */
const commands = {
  test: ['--test', ...rest],
  run: rest,
  docs: [own('docs')],
  check: [own('check')],
  dev: [own('dev')],
}

const args = commands[command]
if (args === undefined) {
  process.stderr.write(
    'Usage: lockstep-step test|run FILE|docs|check|dev\n\n' +
      '  test   the tests of the step, with its leak test\n' +
      '  run    a script on the Node that Lockstep runs on\n' +
      '  docs   writes step.md from the definition\n' +
      '  check  types, tests, definition and step.md\n' +
      '  dev    an instance with the step, which follows what you change\n',
  )
  process.exitCode = 2
} else {
  await runOn(await findNode(), args)
}

/** Node 24 or newer: this one, or the one that npm has installed with Lockstep. */
async function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  try {
    const { findNode } = await import('lockstep/find-node')
    return findNode()
  } catch {
    return undefined
  }
}

/**
 * @param {string | undefined} node
 * @param {readonly string[]} words
 */
async function runOn(node, words) {
  if (node === undefined) {
    process.stderr.write(
      `lockstep-step needs Node 24 or newer, and this is Node ${process.versions.node}. Run "npm install --save-dev lockstep", ` +
        'which brings one, or install it from https://nodejs.org.\n',
    )
    process.exitCode = 1
    return
  }
  // Node 20 tells the processes of its own tests about itself.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(node, words, { stdio: 'inherit', env })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  child.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
