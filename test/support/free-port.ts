import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below the ports that a kernel gives to connections and to servers that ask for any: Linux begins at 32768. Such a port
// would be lost to the next connection before the program that it is for listens on it.
const FIRST = 20_000
const LAST = 31_999
// Each process of the test runner hands out ports of its own.
const PROCESSES = 8
const EACH = Math.floor((LAST - FIRST + 1) / PROCESSES)
const own = FIRST + (Number(process.env['VITEST_POOL_ID'] ?? 0) % PROCESSES) * EACH

// Another run of the tests on this machine begins elsewhere, and each file does: its predecessor's ports may still close.
let next = randomInt(EACH)

/** A port of 127.0.0.1 on which nobody listens. It is handed out once, so that it stays free until it is used. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < EACH; tries++) {
    const port = own + next
    next = (next + 1) % EACH
    if (await isFree(port)) return port
  }
  throw new Error('there is no free port')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
