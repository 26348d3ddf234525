// @ts-check
// `lockstep-step dev`
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve, sep } from 'node:path'
import { findStep } from './step.js'

// An editor may save one file in several writes (milliseconds).
const SETTLE = 200
const NOT_WATCHED = ['node_modules', '.lockstep', '.git', 'dist']

const step = await findStep()
const launcher = findLockstep()

function findLockstep() {
  try {
    const manifest = createRequire(resolve('package.json')).resolve('lockstep/package.json')
    return join(dirname(manifest), 'dist/lockstep.js')
  } catch {
    throw new Error('Lockstep is not installed here. Run "npm install --save-dev lockstep".')
  }
}

function start() {
  // A service of the author's own machine is what a step is usually tried with.
  const env = { LOCKSTEP_EGRESS_ALLOW: '127.0.0.0/8', ...process.env, LOCKSTEP_PLUGINS: step }
  const child = spawn(process.execPath, [launcher, 'start'], { stdio: ['ignore', 'inherit', 'inherit'], env })
  return { child, ended: once(child, 'exit') }
}

let running = start()
let changing = Promise.resolve()

async function restart() {
  process.stdout.write('The step has changed: starting again\n')
  running.child.kill('SIGTERM')
  await running.ended
  running = start()
}

/** @type {NodeJS.Timeout | undefined} */
let timer
watch('.', { recursive: true }, (_event, file) => {
  if (file === null || NOT_WATCHED.includes(file.split(sep)[0] ?? '') || !/\.[jt]s$/.test(file)) return
  clearTimeout(timer)
  timer = setTimeout(() => {
    changing = changing.then(restart)
  }, SETTLE)
})

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, async () => {
    await changing
    running.child.kill('SIGTERM')
    await running.ended
    process.exit(0)
  })
}
