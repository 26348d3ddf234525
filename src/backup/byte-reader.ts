import { refused } from './format.ts'

/** Reads bytes by their number, from what arrives in pieces of any size. */
export interface ByteReader {
  /** The next bytes, fewer only at the end; they stay to be read. */
  peek(count: number): Promise<Buffer>
  take(count: number): Promise<Buffer>
  hasMore(): Promise<boolean>
  /** A line with its end. @throws AppError INVALID_CONFIG when there is none within so many bytes. */
  line(most: number): Promise<string>
  rest(): AsyncGenerator<Buffer>
}

export function readBytes(source: AsyncIterable<Uint8Array>): ByteReader {
  const pieces = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const fill = async (count: number): Promise<void> => {
    const parts: Buffer[] = [held]
    let length = held.length
    while (length < count) {
      const { done, value } = await pieces.next()
      if (done) break
      parts.push(Buffer.from(value.buffer, value.byteOffset, value.length))
      length += value.length
    }
    if (parts.length > 1) held = Buffer.concat(parts)
  }
  const take = async (count: number) => {
    await fill(count)
    const taken = held.subarray(0, count)
    held = held.subarray(count)
    return taken
  }
  return {
    take,
    async peek(count) {
      await fill(count)
      return held.subarray(0, count)
    },
    async hasMore() {
      await fill(1)
      return held.length > 0
    },
    async line(most) {
      for (let count = 1024; ; count *= 2) {
        await fill(count)
        const end = held.indexOf('\n')
        if (end >= 0 && end < most) return (await take(end + 1)).toString()
        if (held.length < count || count > most) throw refused('its first line has no end.')
      }
    },
    async *rest() {
      if (held.length > 0) yield held
      held = Buffer.alloc(0)
      for (let next = await pieces.next(); !next.done; next = await pieces.next())
        yield Buffer.from(next.value)
    },
  }
}
