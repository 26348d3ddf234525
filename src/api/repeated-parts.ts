import { randomUUID } from 'node:crypto'

/** The parts of one answer that stand at several places of it, and are written once. */
export class RepeatedParts {
  // Stops a text of somebody from being taken for a place: nobody knows what is random in it before the answer is written.
  readonly #mark = `${randomUUID()} `
  readonly #written: Buffer<ArrayBuffer>[] = []

  /** @returns what stands for the part in data that {@link write} gets. */
  placeOf(part: unknown): string {
    const place = `${this.#mark}${this.#written.length}`
    const written = this.write(part)
    this.#written.push(typeof written === 'string' ? Buffer.from(written) : written)
    return place
  }

  /** As `JSON.stringify`, with the parts in their places. As bytes (UTF-8) if there are any, since to put texts together takes longer. */
  write(data: unknown): string | Buffer<ArrayBuffer> {
    const text = JSON.stringify(data)
    if (this.#written.length === 0) return text
    const [start = '', ...others] = text.split(`"${this.#mark}`)
    const pieces = [Buffer.from(start)]
    for (const piece of others) {
      const end = piece.indexOf('"')
      pieces.push(
        this.#written[Number(piece.slice(0, end))] as Buffer<ArrayBuffer>,
        Buffer.from(piece.slice(end + 1)),
      )
    }
    return Buffer.concat(pieces)
  }
}
