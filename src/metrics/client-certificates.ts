import type { X509Certificate } from 'node:crypto'

// One that was not used for so long (milliseconds) has been replaced, perhaps: nobody needs to hear that it expires.
const FORGET_MS = 24 * 60 * 60 * 1000

/** The certificates that steps have shown to services. Only their fingerprints and dates are kept. */
export class ClientCertificates {
  readonly #seen = new Map<string, { expires: Date; usedAt: number }>()

  used({ fingerprint256, validToDate }: X509Certificate): void {
    this.#seen.set(fingerprint256, { expires: validToDate, usedAt: performance.now() })
  }

  /** When the first of those expires that were used within a day; undefined: none was used. */
  firstExpiry(): Date | undefined {
    for (const [id, { usedAt }] of this.#seen)
      if (performance.now() - usedAt > FORGET_MS) this.#seen.delete(id)
    const [first] = [...this.#seen.values()].map(({ expires }) => expires).sort((a, b) => +a - +b)
    return first
  }
}
