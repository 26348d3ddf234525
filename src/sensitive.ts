const MASK = '[secret]'

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

  constructor(value: string) {
    super(MASK)
    this.#value = value
    Object.freeze(this)
  }

  /** The value itself. Keep it no longer than the call that needs it. */
  reveal(): string {
    return this.#value
  }

  toJSON(): string {
    return MASK
  }

  // The symbol is registered globally, so the web app needs no Node module for it.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK
  }
}
