import { NAMELESS_MARK } from './secret-mark.ts'

/**
 * A string that shows only through {@link Sensitive.reveal}. Everything that shows a value by accident
 * (`toString`, `toJSON`, a template literal, `console.log`, `util.inspect`, `structuredClone`) gives `[secret]`.
 *
 * It extends `String` with the mask as the wrapped text. `structuredClone` and `postMessage` copy the content of a
 * `String` object without asking the object, so they copy the mask.
 */
export class Sensitive extends String {
  readonly #value: string
  readonly #holdsSecret: boolean

  /** @param holdsSecret false only if the text is known to be made without any secret. */
  constructor(value: string, holdsSecret = true) {
    super(NAMELESS_MARK)
    this.#value = value
    this.#holdsSecret = holdsSecret
    Object.freeze(this)
  }

  /** A value made of others, or only of plain text. It holds a secret when one of the parts does. */
  static madeOf(value: string, parts: readonly Sensitive[]): Sensitive {
    return new Sensitive(
      value,
      parts.some((part) => part.holdsSecret),
    )
  }

  /** The value itself. Keep it no longer than the call that needs it. */
  reveal(): string {
    return this.#value
  }

  /**
   * Whether it contains a secret, as far as is known. A field that may hold secrets but was rendered without one
   * contains none. Everything else counts as a secret.
   */
  get holdsSecret(): boolean {
    return this.#holdsSecret
  }

  toJSON(): string {
    return NAMELESS_MARK
  }

  // The symbol is registered globally, so the web app needs no Node module for it.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return NAMELESS_MARK
  }
}
