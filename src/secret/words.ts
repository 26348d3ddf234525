const WORD = /^(?:[a-z]{1,3}|(?=[a-z]*[aeiouy])(?![a-z]*[^aeiouy]{5})(?![a-z]*[aeiouy]{5})[a-z]{4,20})$/
/** A short number, alone or as in `utf8`, `x509` and `1a`. */
const NUMBER = /^(?:\d{1,4}|[a-z]{1,5}\d{1,4}|\d{1,2}[a-z])$/
/** Random letters in both cases fall into shorter pieces. */
const LETTERS_ON_AVERAGE = 3

/**
 * Whether a text looks like words of a language, with short numbers between them: `service_account`, `us-east-1`,
 * `maxConnections`. It judges by the shape, so some random letters pass for a word. A token with digits among its
 * letters does not.
 */
export function readsAsWords(text: string): boolean {
  const pieces = text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((it) => it !== '')
    .map((it) => it.toLowerCase())
  if (!pieces.every((it) => WORD.test(it) || NUMBER.test(it))) return false
  const words = pieces.filter((it) => WORD.test(it))
  return words.length > 0 && words.join('').length >= words.length * LETTERS_ON_AVERAGE
}
