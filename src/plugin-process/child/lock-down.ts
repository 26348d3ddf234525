import child from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import os from 'node:os'
import v8 from 'node:v8'
import { noNetwork, routeSockets } from './sockets.ts'

function denied(): never {
  throw Object.assign(new Error('A step type may not do that: it works in a process that is closed.'), {
    code: 'ERR_ACCESS_DENIED',
  })
}

function unreachable(): never {
  throw noNetwork()
}

/**
 * Takes away what Node's permission model leaves: the network, and signals to other processes. Where the operating system
 * holds both as well, this gives the words; elsewhere it stops libraries and ordinary code, and not an author who knows
 * the insides of Node (docs/security.md).
 */
export function lockDown(): void {
  routeSockets()
  replace(net, ['_createServerHandle'], unreachable)
  replace(net.Server.prototype, ['listen', '_listen2'], unreachable)
  replace(dgram, ['createSocket', 'Socket', '_createSocketHandle'], unreachable)
  for (const module of [dns, dns.promises]) replace(module, functionsOf(module), unreachable)
  replace(
    process,
    ['kill', '_kill', '_debugProcess', '_debugEnd', 'binding', '_linkedBinding', 'dlopen'],
    denied,
  )
  replace(process, ['_getActiveHandles', '_getActiveRequests'], denied)
  replace(os, ['setPriority'], denied)
  replace(v8, ['setFlagsFromString'], denied)
  replace(child, functionsOf(child), denied)
  syncBuiltinESMExports()
}

const functionsOf = (module: object): string[] =>
  Object.entries(module).flatMap(([name, value]) => (typeof value === 'function' ? [name] : []))

function replace(target: object, names: readonly string[], by: () => never): void {
  for (const name of names) {
    if (name in target)
      Object.defineProperty(target, name, { value: by, writable: false, configurable: false })
  }
}
