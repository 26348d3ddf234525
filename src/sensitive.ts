import { NAMELESS_MARK } from './secret-mark.ts'

/**
 * A string that shows only through {@link Sensitive.reveal}. Everything that shows a value by accident
 * (`toString`, `toJSON`, a template literal, `console.log`, `util.inspect`, `structuredClone`) gives
 * `[secret]`.
 *
 * It extends `String`, with the mask as the wrapped text, because that is the one kind of object whose
 * content `structuredClone` and `postMessage` copy without asking the object: what they copy is the mask.
 */
export class Sensitive extends String {
  readonly #value: string
  readonly #holdsSecret: boolean

  /** @param holdsSecret false only for what is known to be made without any secret. */
  constructor(value: string, holdsSecret = true) {
    super(NAMELESS_MARK)
    this.#value = value
    this.#holdsSecret = holdsSecret
    Object.freeze(this)
  }

  /** A value made of others, or of nothing but plain text: it holds a secret when one of them does. */
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
   * Whether a secret is in it, as far as anybody knows. A field that may hold secrets and was rendered without any
   * holds none; everything else counts as a secret.
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
