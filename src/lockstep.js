#!/usr/bin/env node
// @ts-check Plain JavaScript, because the Node that runs this file may be too old for TypeScript.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findNode, noNode } from './find-node.js'

// MiB of each half of what is new on V8's heap. By default two such halves take 64 MiB and more, for a few per cent less
// to collect. What is old grows as V8 sees fit, and is given back when a process rests (src/processes/idle-memory.ts).
const heap = '--max-semi-space-size=16'
// Stops a process from having another one opened for a debugger: the API could read the worker's memory.
const closed = '--disable-sigusr1'
// By default glibc keeps the memory of freed large texts, for each thread separately. This makes it return the
// memory (mallopt(3)).
const memory = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '262144' }

// What Node has compiled once it need not compile at the next start. The cache lies beside the code: whoever may write
// there could change the code itself, so that it trusts nobody new. A folder that cannot be written to has none.
const cache = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/lockstep', import.meta.url)),
}

const node = findNode()
if (node === undefined) {
  process.stderr.write(noNode())
  process.exitCode = 1
} else {
  launch(node)
}

/** @param {string} program */
function launch(program) {
  const built = fileURLToPath(new URL('./main.js', import.meta.url))
  const main = existsSync(built) ? built : fileURLToPath(new URL('./main.ts', import.meta.url))
  // The end of the channel tells the child that this process was killed.
  const stdio = /** @type {const} */ (['inherit', 'inherit', 'inherit', 'ipc'])
  const env = { ...memory, ...cache, ...process.env }
  const child = spawn(program, [heap, closed, main, ...process.argv.slice(2)], { stdio: [...stdio], env })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  // The same here, where Node may be too old for the option, and the environment may hold the root key.
  process.on('SIGUSR1', () => undefined)
  child.once('error', (error) => {
    process.stderr.write(`Cannot start ${program}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
    // The first process of a container ignores most signals, so the signal above may not end this process.
    setTimeout(() => process.exit(128 + constants.signals[signal]), 100)
  })
}
