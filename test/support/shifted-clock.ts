import { readFileSync } from 'node:fs'

/**
 * Loaded before a process (`node --import`): its clock is wrong by as many milliseconds as the file TEST_CLOCK_FILE says,
 * which a test may change. Timers and `performance` are not touched.
 */
const file = process.env['TEST_CLOCK_FILE'] ?? ''
const READ_AGAIN_MS = 100
let shift = 0
let readAt = Number.NEGATIVE_INFINITY

function shiftNow(): number {
  if (performance.now() - readAt < READ_AGAIN_MS) return shift
  readAt = performance.now()
  shift = Number(readFileSync(file, 'utf8'))
  return shift
}

const rightNow = Date.now
const wrongNow = () => rightNow() + shiftNow()

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(
      target,
      args.length === 0 ? [wrongNow()] : args,
      newTarget === globalThis.Date ? target : newTarget,
    ),
  apply: (target) => new target(wrongNow()).toString(),
  get: (target, name) => (name === 'now' ? wrongNow : Reflect.get(target, name)),
})
