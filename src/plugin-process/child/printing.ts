import { PIECE_BYTES } from '../frames.ts'
import { send } from './channel.ts'
import { currentCall } from './tunnel.ts'

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
  process.removeAllListeners('warning')
  process.on('warning', ({ name, message }) => print('stderr', Buffer.from(`${name}: ${message}\n`)))
}

export function print(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
  const call = currentCall.getStore()
  for (let at = 0; call !== undefined && at < bytes.byteLength; at += PIECE_BYTES) {
    send({ t: 'print', call, stream }, bytes.subarray(at, at + PIECE_BYTES))
  }
}
