import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { Sensitive } from '../../src/sensitive.ts'

/** A connection to a database that can be cut, like a restart of the server or a network failure. */
export interface DatabaseLine {
  url: Sensitive
  /** Resets every connection, and each new one from now on. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function openDatabaseLine(to: Sensitive): Promise<DatabaseLine> {
  const target = new URL(to.reveal())
  const sockets = new Set<Socket>()
  let whole = true
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    keep(near)
    if (!whole) return void near.resetAndDestroy()
    const far = connect(Number(target.port), target.hostname)
    keep(far)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const cut = () => {
    whole = false
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    url: new Sensitive(url.href),
    cut,
    mend() {
      whole = true
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}
