/** Longer texts are searched in pieces of this length (characters), so that no more room is ever needed at once. */
export const PIECE = 1 << 18

// Smaller texts (characters) get memory of their own, which Node has ready.
const LARGE = 4096
// A piece is searched with what is held back of the one before it.
const ROOM = PIECE + PIECE / 4
const MOST_KEPT = 2

const kept: Uint16Array[] = []

/**
 * The characters of some texts as numbers, for as long as they are searched. To ask the system for the memory of a large
 * text each time takes ten times as long as to write it, so some is kept, without what stood in it.
 */
export class Codes {
  readonly #lent: { room: Uint16Array; length: number }[] = []

  of(text: string): Uint16Array {
    if (text.length < LARGE || text.length > ROOM) {
      const bytes = Buffer.from(text, 'utf16le')
      return new Uint16Array(bytes.buffer, bytes.byteOffset, text.length)
    }
    const room = kept.pop() ?? new Uint16Array(ROOM)
    this.#lent.push({ room, length: text.length })
    Buffer.from(room.buffer).write(text, 'utf16le')
    return room.subarray(0, text.length)
  }

  /** What was given is not to be looked at any more. */
  giveBack(): void {
    for (const { room, length } of this.#lent.splice(0)) {
      if (kept.length >= MOST_KEPT) continue
      // What stood in it may hold a value.
      room.fill(0, 0, length)
      kept.push(room)
    }
  }
}
