import { Console } from 'node:console'
import { PIECE_BYTES } from '../frames.ts'
import { send } from './channel.ts'
import { currentCall } from './tunnel.ts'

// Of a warning of Node (characters).
const LONGEST = 16 * 1024

/**
 * Gives what the code of a call prints to the worker, which redacts it. What is printed outside of a call is dropped:
 * nobody knows whose values it holds.
 */
export function capturePrinting(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    Object.defineProperty(process[name], 'write', {
      value: (chunk: Uint8Array | string, ...rest: unknown[]) => {
        print(name, typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
        const done = rest.at(-1)
        if (typeof done === 'function') process.nextTick(done as () => void)
        return true
      },
    })
  }
  for (const name of Object.keys(console)) if (name !== 'Console') ownConsole(name)
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message: text }) => {
    const call = currentCall.getStore()?.id
    if (call !== undefined)
      send({ t: 'warning', call, name: name.slice(0, 64), message: text.slice(0, LONGEST) })
  })
}

/** Sends a method of the global console to that of the call. */
function ownConsole(name: string): void {
  const target = console as unknown as Record<string, unknown>
  const original = target[name]
  if (typeof original !== 'function') return
  target[name] = (...args: unknown[]) => {
    const call = currentCall.getStore()
    if (!call) return
    call.console ??= new Console(process.stdout, process.stderr)
    const method: unknown = Reflect.get(call.console, name)
    if (typeof method === 'function') Reflect.apply(method, call.console, args)
  }
}

function print(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
  const call = currentCall.getStore()?.id
  for (let at = 0; call !== undefined && at < bytes.byteLength; at += PIECE_BYTES) {
    send({ t: 'print', call, stream }, bytes.subarray(at, at + PIECE_BYTES))
  }
}
