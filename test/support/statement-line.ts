import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { Sensitive } from '../../src/sensitive.ts'

/** The way to a database on which every statement is seen that is executed. */
export interface StatementLine {
  url: Sensitive
  /** The texts of the statements, in the order of their execution. */
  executed: string[]
  close(): Promise<void>
}

export async function openStatementLine(to: Sensitive): Promise<StatementLine> {
  const target = new URL(to.reveal())
  const executed: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined).on('close', () => [near, far].map((it) => it.destroy()))
    }
    near.on('data', readMessages(executed))
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: new Sensitive(url.href),
    executed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Reads what a client of PostgreSQL sends: https://www.postgresql.org/docs/current/protocol-message-formats.html */
function readMessages(executed: string[]): (chunk: Buffer) => void {
  const prepared = new Map<string, string>()
  let bound = ''
  let rest = Buffer.alloc(0)
  // Only the first message has no letter in front.
  let letter = 0
  const read = (type: string, body: Buffer) => {
    const [first = '', second = ''] = body.toString().split('\0')
    if (type === 'Q') executed.push(first)
    if (type === 'P') prepared.set(first, second)
    // First is the portal, second the statement.
    if (type === 'B') bound = prepared.get(second) ?? ''
    if (type === 'E') executed.push(bound)
  }
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= letter + 4) {
      const end = letter + rest.readUInt32BE(letter)
      if (rest.length < end) return
      if (letter === 1) read(String.fromCharCode(rest[0] ?? 0), rest.subarray(5, end))
      rest = rest.subarray(end)
      letter = 1
    }
  }
}
